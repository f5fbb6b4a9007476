import type { Sheet } from "../../core/table/export.ts";

/** Rows as a JSON array of objects, one per line; a column whose name is taken gets a number. */
export function toJson(sheet: Sheet): string {
  const names = uniqueNames(sheet.names);
  const lines = sheet.rows.map((row) => {
    const fields = names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(row[i])}`);
    return `{${fields.join(",")}}`;
  });
  return `[${lines.join(",\n")}]\n`;
}

/** `a, a, b` → `a, a_2, b`: formats that name their fields allow each name once. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = `${name}_${n}`;
    taken.add(unique);
    return unique;
  });
}
