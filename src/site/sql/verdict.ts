import type { Database } from "../../browser/engine.ts";

/**
 * Whether DuckDB's parser takes a text for one query, and nothing else.
 *
 * What would say it directly, `json_serialize_sql`, is in the extension “json”, which this build does
 * not have and which would come from another host. So the parser is given the text where its grammar
 * has a query and nothing else: as the body of a table macro. The macro is prepared and never made,
 * and of a body that is prepared no name is looked up and no file is opened. (The macro's text as
 * DuckDB prints it would tell its tables and files, but this version prints none of table macros.)
 * What is prepared may not be several statements.
 *
 * @throws Error where DuckDB breaks down at it
 */
export async function isOneQuery(
  { connection }: Pick<Database, "connection">,
  text: string,
): Promise<boolean> {
  try {
    const prepared = await connection.prepare(`CREATE TEMP MACRO query() AS TABLE\n${text}\n`);
    await prepared.close();
    return true;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (!/^[A-Z]\w*( \w+)* Error: /.test(said) || said.includes("bad_alloc")) throw error;
    return said.startsWith(PIVOTED);
  }
}

/** A macro may not hold these, but it is only asked what they are. */
const PIVOTED = "Parser Error: PIVOT statements with pivot elements extracted from the data";
