/** How values of a column are shown, sorted and drawn. */
export type Kind = "number" | "text" | "boolean" | "day" | "moment";

/** A column of a result; names may repeat. */
export interface ResultColumn {
  name: string;
  /** DuckDB's name of its type. */
  type: string;
  kind: Kind;
}

const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/;

/** The kind of a DuckDB type. */
export function kindOf(type: string): Kind {
  if (NUMBER.test(type)) return "number";
  if (type === "BOOLEAN") return "boolean";
  if (type === "DATE") return "day";
  return type.startsWith("TIMESTAMP") ? "moment" : "text";
}

/** Whole numbers, which are shown without decimals. */
export function isWhole(type: string): boolean {
  return /INT/.test(type);
}

/**
 * Whether values of a type come over to the page as they are. The others (lists, structs, enums,
 * intervals, blobs …) come as the text that DuckDB writes for them: this version's Arrow stream
 * carries some of them as nothing at all.
 */
export function isPlain(type: string): boolean {
  return (
    NUMBER.test(type) ||
    /^(BOOLEAN|VARCHAR|UUID|DATE|TIME|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?|NULL)$/.test(type) ||
    type === '"NULL"'
  );
}
