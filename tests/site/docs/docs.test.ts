import { describe, expect, it } from "vitest";
import { fileText } from "../../../src/core/describe/about.ts";
import {
  checksums,
  linkOf,
  snippetsOf,
  sourcesByNote,
} from "../../../src/core/describe/snippets.ts";
import { type SuiteInput, suiteSchema } from "../../../src/core/records/suite.ts";
import { columnsOf } from "../../../src/core/table/columns.ts";
import { queryToView } from "../../../src/core/view/url.ts";
import { DEFAULT_VIEW } from "../../../src/core/view/view.ts";
import { parametersOf } from "../../../src/site/docs/address.ts";
import {
  baselineText,
  exampleBenchmark,
  guessText,
  questionsText,
  rawText,
  scoreText,
} from "../../../src/site/docs/method.ts";
import { suite as plain } from "../../core/compare/fixtures.ts";

const benchmark = (change: Partial<SuiteInput["benchmarks"][number]>) =>
  suiteSchema.parse({
    ...plain,
    benchmarks: [{ ...plain.benchmarks[0]!, choices: undefined, ...change }],
  }).benchmarks[0]!;
const subtasks = [
  { task: "x", name: "x", choices: 2, n: 100 },
  { task: "y", name: "y", choices: 10, n: 150 },
];

describe("method", () => {
  it("tells guessing from nothing to guess", () => {
    expect(guessText({ choices: 4 })).toBe("1/4");
    expect(guessText({})).toBe("0");
    expect(guessText({ choices: 4, baseline: 0.15 })).toBe("0.15");
    expect(baselineText(benchmark({ score: "mean_of_subtasks", subtasks }))).toBe("1/10 to 1/2");
  });

  it("tells how raw and score are formed", () => {
    const mean = benchmark({ score: "mean_of_subtasks", subtasks });
    const group = benchmark({ subtasks, choices: 4 });
    const two = benchmark({
      metrics: [
        { name: "a", n: 541 },
        { name: "b", n: 834 },
      ],
    });
    expect(rawText(mean)).toBe("Plain mean of the 2 subtasks");
    expect(rawText(group)).toBe("Value of the whole group: every question counts the same");
    expect(rawText(two)).toBe("Mean of the 2 metrics");
    expect(scoreText(plain, mean)).toContain("by its own baseline");
    expect(scoreText(plain, group)).toBe("Raw normalised once");
    expect(scoreText(plain, two)).toBe("Raw × 100");
    expect(scoreText({ ...plain, normalized: false }, group)).toBe("Raw × 100");
  });

  it("counts questions, its own or those of all subtasks, and never some of them", () => {
    const metrics = [{ name: "acc" }];
    expect(
      questionsText(
        benchmark({
          metrics: [
            { name: "a", n: 541 },
            { name: "b", n: 834 },
          ],
        }),
      ),
    ).toBe("541 and 834");
    expect(questionsText(benchmark({ metrics, subtasks }))).toBe("250");
    const partly = [subtasks[0]!, { task: "z", name: "z" }];
    expect(questionsText(benchmark({ metrics, subtasks: partly }))).toBe("–");
    expect(questionsText(benchmark({ metrics }))).toBe("–");
  });

  it("takes an example that normalising changes", () => {
    expect(exampleBenchmark(plain)?.key).toBe("alpha");
    expect(exampleBenchmark({ ...plain, benchmarks: [plain.benchmarks[1]!] })).toBeUndefined();
  });
});

describe("parametersOf", () => {
  const columns = columnsOf(plain);
  const keys = ["alpha", "beta"];

  it("gives only examples that the page understands and that change the view", () => {
    for (const { name, example } of parametersOf(columns, keys, "skiff 7b")) {
      const { view, problems } = queryToView(example, columns, keys);
      expect(problems, name).toEqual([]);
      expect(view, name).not.toEqual(DEFAULT_VIEW);
    }
  });

  it("says nothing of what a table does not have", () => {
    const few = columnsOf({ ...plain, normalized: false }, (name) => name === "average");
    const names = parametersOf(few, keys, "skiff").map((p) => p.name);
    expect(names).not.toContain("scores");
    expect(names).not.toContain("chat");
  });
});

describe("snippets", () => {
  const file = (sha256: string) => ({ rows: 1, bytes: 1, sha256, columns: [] });
  const manifest = {
    schema: 1,
    title: "T",
    as_of: "2025-01-01",
    suites: [{ id: "s", version: "1.0.0", name: "Suite", table: "models" }],
    sources: [
      { source: "a.csv", sha256: "1", rows: 1, note: "n" },
      { source: "b.csv", sha256: null, rows: 2, note: null },
      { source: "c.csv", sha256: "3", rows: 3, note: "n" },
    ],
    rejected: 0,
    documents: {},
    files: { "models.parquet": file("aa"), "models.csv": file("bb"), "scores.parquet": file("cc") },
  };

  it("name the table where it stands, and the digest of this very file", () => {
    const all = snippetsOf("https://x.org/base/data/latest/", manifest, ["rank"]);
    const code = Object.fromEntries(all.map((s) => [s.title, s.code]));
    for (const text of Object.values(code)) {
      expect(text).toContain("https://x.org/base/data/latest/models.parquet");
    }
    expect(code.pandas).toContain(`nsmallest(10, "rank")[["rank"]]`);
    expect(code.curl).toBe(
      `curl -LO https://x.org/base/data/latest/models.parquet\necho "aa  models.parquet" | sha256sum --check`,
    );
    expect(checksums(manifest)).toBe("aa  models.parquet\nbb  models.csv\ncc  scores.parquet");
  });

  it("say what a file holds", () => {
    expect(fileText("models.parquet", manifest)).toBe("Suite: a row for every evaluation.");
    expect(fileText("models.csv", manifest)).toContain("models.parquet");
    expect(fileText("scores.parquet", manifest)).toContain("subtask");
    expect(fileText("new.parquet", manifest)).toBe("");
  });

  it("keep sources of one origin together and link only a repository", () => {
    const groups = [...sourcesByNote(manifest.sources)].map(([note, s]) => [note, s.length]);
    expect(groups).toEqual([
      ["n", 2],
      ["", 1],
    ]);
    const given = { source: "f", sha256: null, rows: 2, note: "2 result files" };
    expect([...sourcesByNote([given, { ...given, note: "history only" }])]).toEqual([
      ["", [given, { ...given, note: "history only" }]],
    ]);
    expect(linkOf("github.com/a/b-c, a mirror")).toEqual({
      address: "github.com/a/b-c",
      rest: ", a mirror",
    });
    expect(linkOf("javascript:alert(1)")).toBeNull();
    expect(linkOf("see github.com/a/b")).toBeNull();
  });
});
