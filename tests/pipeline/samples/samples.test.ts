import { join } from "node:path";
import { expect, test } from "vitest";
import { findSamples, readSamples, type SampleRow } from "../../../src/pipeline/samples/samples.ts";
import { folders } from "../snapshot/snapshot.ts";
import { writeText } from "../sources/harness.ts";

const fresh = folders();
const RUN = "2024-06-17T12-07-04.698905";

/** What becomes of the lines of one file. */
async function read(text: string, ending = "jsonl") {
  const folder = await fresh();
  await writeText(join(folder, `a__b/samples_some_task_${RUN}.${ending}`), text);
  const [file] = (await findSamples([folder], "/none")).files;
  const rows: SampleRow[] = [];
  const refused: string[] = [];
  for await (const some of readSamples(file!, (path, reason) => refused.push(`${path}: ${reason}`)))
    rows.push(...some);
  return { rows, refused };
}

const line = (change: object = {}) =>
  JSON.stringify({ doc_id: 3, target: "x", filtered_resps: ["y"], acc: 1, ...change });

test("files are found by their names, and say model, task and run", async () => {
  const folder = await fresh();
  const paths = [
    `a__b/samples_some_task_${RUN}.jsonl`,
    `deep/er/c__d__e/samples_x_${RUN}.json`,
    `owner/name/samples_x_${RUN}.jsonl`,
    `owner/name/results_${RUN}.json`,
    "owner/name/samples_x.jsonl",
  ];
  for (const path of paths) await writeText(join(folder, path), "");
  const { files, origins } = await findSamples([folder], "/none");
  expect(files.map((f) => [f.path, f.model, f.task, f.run])).toEqual([
    [paths[0], "a/b", "some_task", RUN],
    [paths[1], "c/d__e", "x", RUN],
    [paths[2], "owner/name", "x", RUN],
  ]);
  expect(origins[0]).toMatchObject({ rows: 3, note: "3 files of samples" });
});

test("a source that is not there is said to be; a file whose model is named nowhere is set aside", async () => {
  await expect(findSamples(["/nowhere"], "/none")).rejects.toThrow(
    "--source /nowhere: there is no such folder.",
  );
  const folder = await fresh();
  await writeText(join(folder, `a b/c d/samples_x_${RUN}.jsonl`), "");
  await writeText(join(folder, `a__b/samples_x_${RUN}.jsonl`), "");
  const { files, rejections } = await findSamples([folder], "/none");
  expect(files.map((f) => f.model)).toEqual(["a/b"]);
  expect(rejections).toEqual([
    {
      path: `a b/c d/samples_x_${RUN}.jsonl`,
      reason: "is in no folder that names its model, OWNER__NAME or OWNER/NAME",
    },
  ]);
});

test("truth values, numbers and lists of them are values; anything else is unknown", async () => {
  const values = [1, 0.25, true, false, [true, false, true, true], [0.5, 1], [], "1", null, [[1]]];
  const lines = values.map((acc, doc_id) => line({ doc_id, acc, metrics: ["acc"] }));
  const { rows } = await read(lines.join("\n"));
  expect(rows.map((r) => r.value)).toEqual([1, 0.25, 1, 0, 0.75, 0.75, null, null, null, null]);
});

test("metrics are those that a line names, else all that is measured", async () => {
  const { rows } = await read(
    [line({ metrics: ["acc"], other: 1 }), line({ other: 0.5, note: "no metric" })].join("\n"),
  );
  expect(rows.map((r) => [r.metric, r.value])).toEqual([
    ["acc", 1],
    ["acc", 1],
    ["other", 0.5],
  ]);
});

test("one answer stands for itself, several as JSON; long ones are cut", async () => {
  const { rows } = await read(
    [
      line({ filtered_resps: ["only"] }),
      line({ filtered_resps: ["a", "b"] }),
      line({ filtered_resps: [["-1.5", "False"]], target: 7 }),
      line({ filtered_resps: ["z".repeat(3000)], target: undefined }),
    ].join("\n"),
  );
  expect(rows.map((r) => [r.target, r.response])).toEqual([
    ["x", "only"],
    ["x", '["a","b"]'],
    ["7", '["-1.5","False"]'],
    [null, `${"z".repeat(2000)}…`],
  ]);
});

test("a .json is a list or lines; lines that do not check are refused by their number", async () => {
  expect((await read(`\n [${line()},\n${line()}]`, "json")).rows).toHaveLength(2);
  expect((await read(`${line()}\n${line()}\n`, "json")).rows).toHaveLength(2);
  const text = [line(), line().slice(0, 9), "", line({ doc_id: -1 }), line({ acc: "no" })].join(
    "\n",
  );
  const { rows, refused } = await read(text);
  expect(rows).toHaveLength(1);
  expect(refused).toEqual([
    expect.stringMatching(/^a__b\/samples_some_task_.*\.jsonl#2: is not valid JSON/),
    expect.stringMatching(/^a__b\/samples_some_task_.*\.jsonl#4: field doc_id: /),
    expect.stringMatching(/^a__b\/samples_some_task_.*\.jsonl#5: has no metric$/),
  ]);
});

test("a list that is broken costs its file, and says so", async () => {
  const { rows, refused } = await read('[broken, {"doc_id": 1}', "json");
  expect(rows).toEqual([]);
  expect(refused).toEqual([
    expect.stringMatching(/^a__b\/samples_some_task_.*\.json: is not valid JSON/),
  ]);
});

test("a line longer than any sample costs itself, and is not kept", async () => {
  const long = `{"doc_id": 1, "target": "${"x".repeat(17 * 1024 * 1024)}"}`;
  const { rows, refused } = await read(`${line()}\n${long}\n${line({ doc_id: 4 })}\n`);
  expect(rows.map((r) => r.doc_id)).toEqual([3, 4]);
  expect(refused).toEqual([expect.stringMatching(/#2: is longer than \d+ bytes$/)]);
});

test("numbers beyond all, and names that objects have anyway, are no figures", async () => {
  const { rows, refused } = await read(
    `${line().replace('"acc":1', '"acc":1e999')}\n${line({ metrics: ["__proto__", "acc"] })}\n`,
  );
  expect(refused).toEqual([expect.stringMatching(/#1: field acc: is no finite number$/)]);
  expect(rows.map((r) => [r.metric, r.value])).toEqual([
    ["__proto__", null],
    ["acc", 1],
  ]);
});

test("what steers is no part of what a model said; line ends are", async () => {
  const { rows } = await read(line({ filtered_resps: ["a\nb\0\u001b[2J\ud800"], doc_hash: "h\0" }));
  expect(rows[0]!.response).toBe("a\nb  [2J ");
  expect(rows[0]!.doc_hash).toBe("h");
});
