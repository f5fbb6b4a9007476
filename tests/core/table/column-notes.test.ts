import { expect, test } from "vitest";
import { suiteSchema } from "../../../src/core/records/suite.ts";
import { columnNotes } from "../../../src/core/table/column-notes.ts";
import { columnsOf } from "../../../src/core/table/columns.ts";
import { modelsColumns } from "../../../src/core/table/schema.ts";
import { loadSite } from "../../../src/site/build/board.ts";
import { KITCHEN, V1, V2 } from "../suite/suites.ts";

const NOTE = "This is the source’s word, not checked";
const described = (suite: typeof V1, name: string) =>
  modelsColumns(suite).find((c) => c.name === name)!.description;

test("the archive's mixtures of experts are the source's word, in its own column alone", () => {
  expect(described(V1, "moe")).toContain(NOTE);
  expect(described(V2, "moe")).toBe("Whether it is a mixture of experts.");
  expect(columnsOf(V1).find((c) => c.name === "moe")!.hint).toContain(NOTE);
  expect(columnsOf(V2).find((c) => c.name === "moe")!.hint).toBe("Mixture of experts");
});

test("563 are marked so; 199 by the words of their class, 198 as DBRX is a mixture too", async () => {
  const { suite, table } = (await loadSite()).boards[1]!;
  const rows = table.columns.moe!.flatMap((moe, i) =>
    moe === true ? [String(table.columns.architecture![i] ?? "")] : [],
  );
  expect(rows).toHaveLength(563);
  expect(rows.filter((name) => !/moe|mixtral/i.test(name))).toHaveLength(199);
  expect(rows.filter((name) => name === "DbrxForCausalLM")).toHaveLength(1);
  expect(rows.filter((name) => name === "")).toHaveLength(13);
  expect(columnNotes(suite, table)).toEqual([
    `Column MoE. ${NOTE}; it says so of many models whose architecture is no such mixture. ` +
      "Of 563 evaluations marked so, 198 have another architecture, or none stated.",
  ]);
});

test("any suite may have notes, with or without what bears a value out", () => {
  const suite = suiteSchema.parse({
    ...KITCHEN,
    column_notes: [{ column: "license", note: "As people typed it." }],
  });
  const grid = { length: 1, columns: { license: ["mit"] } };
  expect(columnNotes(suite, grid)).toEqual(["Column Licence. As people typed it."]);
  expect(described(suite, "license")).toMatch(/ As people typed it\.$/);
  expect(columnNotes(KITCHEN, grid)).toEqual([]);
});
