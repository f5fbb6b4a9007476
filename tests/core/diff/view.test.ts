import { expect, test } from "vitest";
import { diffTables } from "../../../src/core/diff/diff.ts";
import { reportOf, sheetOf } from "../../../src/core/diff/report.ts";
import { treeHtml } from "../../../src/core/diff/tree.ts";
import { SHOWN, viewOf } from "../../../src/core/diff/view.ts";
import { toCsv } from "../../../src/core/table/export.ts";
import type { Grid } from "../../../src/core/table/grid.ts";
import { modelAddress } from "../../../src/site/diff/setup.ts";

const HOSTILE = `"><img src=x onerror=alert(1)>/x`;

function tableOf(models: string[], score: (i: number) => number, license: string): Grid {
  return {
    length: models.length,
    columns: {
      eval_id: models.map((m) => `${m}@1:float16:Adapter:chat`),
      model: models,
      x: models.map((_, i) => score(i)),
      average: models.map((_, i) => score(i)),
      rank: models.map((_, i) => i + 1),
      license: models.map(() => license),
    },
  };
}

const names = Array.from({ length: 40 }, (_, i) => `owner/model-${i}`);
const diff = diffTables(
  ["x"],
  { name: "A", grid: tableOf([HOSTILE, "=1+1"], (i) => 50 - i, "mit") },
  { name: "B", grid: tableOf([HOSTILE, ...names], (i) => 60 - i, "<b>mit</b>") },
);
const model = modelAddress({
  snapshots: [],
  names: [],
  days: [],
  rescorings: [],
  shown: { from: "A", to: "B" },
  benchmarks: [],
  table: "models",
  missing: ["owner/model-0"],
  data: "/base/data/",
  models: "/base/models/",
});
const report = reportOf(diff, [{ key: "x", name: "<i>X</i>" }]);
const html = (options = {}) =>
  viewOf(report, { model, ...options })
    .map(treeHtml)
    .join("");

test("names, licences and benchmarks are text, and no link is made of what is no name", () => {
  expect(html()).not.toMatch(/<img|<b>|<i>/);
  expect(html()).toContain("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;/x");
  expect(html()).toContain("&lt;b&gt;mit&lt;/b&gt;");
  for (const text of [
    HOSTILE,
    "../../x",
    "a/../b",
    "..",
    "a/..",
    "./a",
    "a//b",
    "javascript:alert(1)",
    "",
  ]) {
    expect(model(text)).toBeNull();
  }
  expect(model("owner/model-0")).toBeNull();
  expect(model("owner/.hidden")).toBe("/base/models/owner/.hidden/");
  expect(model("owner/model-1.5_x")).toBe("/base/models/owner/model-1.5_x/");
});

test("long lists are cut short until they are asked for, or searched", () => {
  const rows = (text: string) => text.match(/model-\d+</g)?.length;
  expect(rows(html())).toBe(SHOWN);
  expect(html()).toContain("Show all 40");
  expect(rows(html({ whole: new Set(["new"]) }))).toBe(40);
  expect(rows(html({ search: " MODEL-3" }))).toBe(11);
  expect(html({ search: "model-3" })).toContain("11 of 40");
  expect(html({ search: "nobody" })).toContain("No model of that name among them.");
});

test("numbers lead to their sections, and none to one that is not there", () => {
  const there = [...html().matchAll(/<section id="(\w+)"/g)].map((m) => m[1]);
  const led = [...html().matchAll(/href="#(\w+)"/g)].map((m) => m[1]);
  for (const key of led) expect(there).toContain(key);
  expect(led).toEqual(["new", "gone", "rescored", "changed"]);
});

test("a spreadsheet takes no name for a formula", () => {
  const csv = toCsv(sheetOf(diff));
  expect(csv.split("\n")[0]).toBe("change,eval_id,model,column,from,to");
  expect(csv).toContain("gone,'=1+1@1:float16:Adapter:chat,'=1+1,average,49,\n");
  expect(csv).toContain(",license,mit,<b>mit</b>\n");
});

test("a renamed model stands once, with both names, and is found by either", () => {
  const of = (model: string): Grid => ({
    ...tableOf([model], () => 5, "mit"),
    columns: {
      ...tableOf([model], () => 5, "mit").columns,
      eval_id: [`${model}@0a1b2c3d:float16:Original:chat`],
    },
  });
  const renamed = diffTables(
    ["x"],
    { name: "A", grid: of("a/old") },
    { name: "B", grid: of("b/new") },
  );
  const said = (search: string) =>
    viewOf(reportOf(renamed, []), { model, search }).map(treeHtml).join("");
  expect(said("")).not.toMatch(/id="(new|gone)"/);
  for (const search of ["", "a/OLD", "b/new"])
    expect(said(search)).toContain('<td class="wide">a/old');
  expect(said("nobody")).toContain("No model of that name among them.");
  expect(sheetOf(renamed).rows).toContainEqual([
    ...["renamed", "b/new@0a1b2c3d:float16:Original:chat", "b/new", "model", "a/old", "b/new"],
  ]);
});
