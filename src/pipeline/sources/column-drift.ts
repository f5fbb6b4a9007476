import type { ColumnDrift } from "../../core/records/manifest.ts";
import { cleanText } from "../../core/records/text.ts";
import type { Value } from "../../core/table/grid.ts";
import type { Contents } from "./contents.ts";
import { asBoolean, asDay, asNumber, asText } from "./fields.ts";
import { type Column, columnsOf, extraTitlesOf, shapeOf, titlesOf } from "./shapes.ts";

/** @returns null where the table is as it was known */
export function columnDrift({ table, suite }: Contents): ColumnDrift | null {
  const shape = shapeOf(table)!;
  const present = columnsOf(table, shape);
  const scores = suite.benchmarks.flatMap((b) => {
    const names = titlesOf(b, shape);
    return [...(suite.normalized ? [names.map(shape.raw)] : []), names.map(shape.score)];
  });
  const wanted = [...Object.entries(shape.columns), ...scores.map((names) => ["", names] as const)];
  const changed: string[] = [];
  const missing: string[] = [];
  const read = new Set(suite.extras.flatMap((extra) => extraTitlesOf(extra, shape)));
  for (const [field, names] of wanted) {
    for (const name of names) read.add(name);
    const name = names.find((n) => present.has(n));
    if (name === undefined) missing.push(names[0]!);
    else changed.push(...otherKind(present.get(name)!, field));
  }
  const added = [...present]
    .filter(([name]) => !read.has(name) && !shape.unread.test(name))
    .map(([, column]) => column.name);
  if (added.length + missing.length + changed.length === 0) return null;
  return {
    source: table.path,
    new: added.map(cleanText).sort(),
    missing: missing.sort(),
    changed: changed.sort(),
  };
}

const TRUTHS = /^(?:chat_template|merged|moe|flagged|on_hub|maintainers_choice)$/;

const DAYS = /^(?:submitted_at|uploaded_at)$/;

/** Fields of numbers; scores have no field's name. */
const NUMBERS = /^(?:params_b|likes|generation|co2_kg|average|context_length|max_length|)$/;

/** Says so where cells cannot be read as what the column holds. */
function otherKind({ name, cells }: Column, field: string): string[] {
  const [kind, reads] = TRUTHS.test(field)
    ? (["truth values", asBoolean] as const)
    : NUMBERS.test(field)
      ? (["numbers", asNumber] as const)
      : DAYS.test(field)
        ? (["days", asDay] as const)
        : (["text", (cell: Value) => (typeof cell === "string" ? cell : null)] as const);
  let known = 0;
  let other = 0;
  for (const cell of cells) {
    if (asText(cell) === null) continue;
    known++;
    if (reads(cell) === null) other++;
  }
  return other === 0 ? [] : [`${cleanText(name)}: ${other} of ${known} cells are not ${kind}`];
}
