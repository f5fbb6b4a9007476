import { expect, it } from "vitest";
import { suggestionsAt, type TableInfo } from "../../../src/site/sql/complete.ts";

const table = (name: string, ...columns: string[]): TableInfo => ({
  name,
  columns: columns.map((c) => ({ name: c, type: "DOUBLE", description: `What ${c} means.` })),
});
const TABLES = [
  table("models", "eval_id", "average", "order"),
  table("history", "eval_id", "as_of"),
];

function labels(text: string): string[] {
  const [before, after = ""] = text.split("|");
  const word = /\w*$/.exec(before!)![0].length;
  const start = before!.slice(0, before!.length - word);
  return suggestionsAt(TABLES, before! + after, start).map((s) => s.label);
}

it("offers tables, and the columns of those that the query mentions", () => {
  expect(labels("|")).toEqual(["models", "history", "eval_id", "average", "order", "as_of"]);
  expect(labels("SELECT | FROM history")).toEqual(["models", "history", "eval_id", "as_of"]);
});

it("offers after a dot the columns of that table or alias, and nothing where there is none", () => {
  expect(labels("SELECT models.a| FROM models")).toEqual(["eval_id", "average", "order"]);
  expect(labels("SELECT h.| FROM models AS m JOIN history h")).toEqual(["eval_id", "as_of"]);
  expect(labels('SELECT "H".| FROM history AS "H"')).toEqual(["eval_id", "as_of"]);
  expect(labels("SELECT x.| FROM models")).toEqual([]);
});

it("writes names so that SQL takes them, and says what they mean", () => {
  const found = suggestionsAt(TABLES, "FROM models", "");
  expect(found.find((s) => s.label === "order")).toMatchObject({
    text: '"order"',
    kind: "column",
    detail: "DOUBLE · models",
    info: "What order means.",
  });
});
