import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Evaluation } from "../../../src/core/records/evaluation.ts";
import type { Suite } from "../../../src/core/records/suite.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readTable } from "../../../src/pipeline/duckdb/table-file.ts";
import {
  publishedAverages,
  readContents,
  recognise,
} from "../../../src/pipeline/sources/contents.ts";
import { KITCHEN, V1, V2 } from "../../core/suite/suites.ts";
import { folders } from "../snapshot/snapshot.ts";
import { writeText } from "./harness.ts";
import { csv, FLAT_SCORES, HEADERS, type HeaderShape, LONG_SCORES, V1_SCORES } from "./headers.ts";

const fresh = folders();

async function contentsOf(text: string, suites = [V2, V1], name = "table.csv") {
  const path = await writeText(join(await fresh(), name), text);
  const contents = recognise(await withDuckDB((db) => readTable(db, path)), suites);
  if (!contents) throw new Error(`not recognised: ${text.slice(0, 80)}`);
  return contents;
}

async function read(text: string, suites?: Suite[]) {
  return readContents(await contentsOf(text, suites));
}

/** Scores in points by benchmark, to 9 digits. */
const scoresOf = (e: Evaluation) =>
  Object.fromEntries(e.measures.map((m) => [m.benchmark, Number(m.normalized?.toFixed(9))]));

/**
 * Two models of which everybody knows what they are, in the words of each header: Mixtral-8x7B is a
 * mixture of experts, Llama-2-7b-hf is not; neither is merged or flagged; both are on the Hub.
 */
const MIXTRAL = "mistralai/Mixtral-8x7B-v0.1";
const LLAMA = "meta-llama/Llama-2-7b-hf";
const MERGE = "paloalma/Le_Triomphant-ECE-TW3";

const v1 = (fullname: string, moe: boolean, merged: boolean) => ({
  ...V1_SCORES,
  fullname,
  moe,
  merged,
  flagged: true,
  available_on_the_hub: true,
});
const flat = (fullname: string, moe: boolean, not_merged: boolean, choice: object) => ({
  ...FLAT_SCORES,
  fullname,
  moe,
  not_merged,
  flagged: true,
  available_on_the_hub: true,
  ...choice,
});
const long = (model_name: string, moe: boolean, merged: boolean, choice: object) => ({
  ...LONG_SCORES,
  model_name,
  features_is_moe: moe,
  features_is_merged: merged,
  features_is_flagged: false,
  features_is_not_available_on_hub: true,
  ...choice,
});

/** As published: the flat headers say FALSE of what is so. */
const ROWS: Record<HeaderShape, ReturnType<typeof v1>[] | object[]> = {
  v1: [v1(MIXTRAL, false, true), v1(LLAMA, true, true), v1(MERGE, true, false)],
  "2024-07-13": flatRows("maintainers_highlight"),
  "2024-09-15": flatRows("maintainers_highlight"),
  "2024-12-06": flatRows("official_providers"),
  "2024-12-26": longRows("features_is_highlighted_by_maintainer"),
  "2025-01-14": longRows("features_is_official_provider"),
};

function flatRows(choice: string) {
  return [
    flat(MIXTRAL, false, true, { [choice]: true }),
    flat(LLAMA, true, true, { [choice]: true }),
    flat(MERGE, true, false, { [choice]: false }),
  ];
}

function longRows(choice: string) {
  return [
    long(MIXTRAL, true, false, { [choice]: true }),
    long(LLAMA, false, false, { [choice]: true }),
    long(MERGE, false, true, { [choice]: false }),
  ];
}

describe("truth values", () => {
  test.each(Object.keys(HEADERS) as HeaderShape[])("of a table of shape %s", async (shape) => {
    const text = csv(HEADERS[shape], ROWS[shape] as Record<string, string>[]);
    const { evaluations, rejections } = await read(text);
    expect(rejections).toEqual([]);
    const facts = evaluations.map((e) => [e.model, e.moe, e.merged, e.flagged, e.availability]);
    expect(facts).toEqual([
      [MIXTRAL, true, false, false, "available"],
      [LLAMA, false, false, false, "available"],
      [MERGE, false, true, false, "available"],
    ]);
    const choice = evaluations.map((e) => e.maintainers_choice);
    expect(choice).toEqual(shape === "v1" ? [false, false, false] : [true, true, false]);
  });

  test("of a flagged model that is gone from the Hub", async () => {
    const flagged = { ...flat(MERGE, true, true, {}), flagged: false, available_on_the_hub: false };
    const [old] = (await read(csv(HEADERS["2024-07-13"], [flagged]))).evaluations;
    expect(old).toMatchObject({ flagged: true, availability: "gone" });
    const change = { features_is_flagged: true, features_is_not_available_on_hub: false };
    const [now] = (await read(csv(HEADERS["2025-01-14"], [long(MERGE, false, true, change)])))
      .evaluations;
    expect(now).toMatchObject({ flagged: true, availability: "gone" });
  });

  test("that are NA or empty are unknown, not the opposite", async () => {
    const unknown = { ...FLAT_SCORES, fullname: MIXTRAL, moe: "NA", chat_template: "NA" };
    const [e] = (await read(csv(HEADERS["2024-07-13"], [unknown]))).evaluations;
    expect(e).toMatchObject({ moe: null, merged: null, availability: null, chat_template: null });
    // A flag is a decision: without one there is none.
    expect(e?.flagged).toBe(false);
  });
});

describe("availability", () => {
  /** The three cells that tell, of a row that says FALSE, and what must be read from them. */
  const shown = { features_is_not_available_on_hub: false };
  test.each([
    ["a day of upload and no licence", { metadata_upload_date: "2024-12-12" }, "unlisted"],
    ["likes and no licence", { metadata_hub_hearts: 391 }, "unlisted"],
    ["neither", {}, "gone"],
    ["a licence", { metadata_upload_date: "2024-12-12", metadata_hub_license: "mit" }, "gone"],
  ])("of a row that says no and has %s", async (_, cells, expected) => {
    const row = long(MERGE, false, true, { ...shown, ...cells });
    const [e] = (await read(csv(HEADERS["2025-01-14"], [row]))).evaluations;
    expect(e?.availability).toBe(expected);
  });

  test.each([
    ["likes", { hub_hearts: 3 }, "unlisted"],
    ["a licence", { hub_license: "apache-2.0" }, "gone"],
    ["nothing", { hub_hearts: 0 }, null],
  ])(
    "of a row of a table without days of upload that says no and has %s",
    async (_, cells, expected) => {
      const row = { ...v1(MERGE, true, false), available_on_the_hub: false, ...cells };
      const [e] = (await read(csv(HEADERS.v1, [row]))).evaluations;
      expect(e?.availability).toBe(expected);
    },
  );
});

describe("scores", () => {
  test("of a table in full are formed from raw", async () => {
    const { evaluations } = await read(csv(HEADERS["2025-01-14"], [long(LLAMA, false, false, {})]));
    expect(scoresOf(evaluations[0]!)).toEqual({
      ifeval: 50,
      bbh: 18.25,
      math: 10,
      gpqa: 20,
      musr: 16.5,
      mmlu_pro: 30,
    });
  });

  test("of a table with two digits are the published ones, not those of a rounded raw", async () => {
    const { evaluations } = await read(csv(HEADERS["2024-07-13"], [flat(LLAMA, true, true, {})]));
    // Raw 0.37 alone would say 16.00, and 0.54 would say 48.89.
    expect(scoresOf(evaluations[0]!)).toEqual({
      ifeval: 79.89,
      bbh: 57.48,
      math: 35.12,
      gpqa: 16.33,
      musr: 17.17,
      mmlu_pro: 48.92,
    });
    const gpqa = evaluations[0]!.measures.find((m) => m.benchmark === "gpqa");
    expect(gpqa?.raw).toBeCloseTo(0.25 + 0.1633 * 0.75, 12);
  });

  test("of 0 stay 0, with the raw score that was below the baseline", async () => {
    const row = { ...flat(LLAMA, true, true, {}), gpqa: 0, gpqa_raw: 0.24 };
    const { evaluations } = await read(csv(HEADERS["2024-07-13"], [row]));
    const gpqa = evaluations[0]!.measures.find((m) => m.benchmark === "gpqa");
    expect(gpqa).toMatchObject({ raw: 0.24, normalized: 0 });
  });

  test("of v1 are percentages", async () => {
    const { evaluations } = await read(csv(HEADERS.v1, [v1(LLAMA, true, true)]));
    const raw = evaluations[0]!.measures.map((m) => [m.benchmark, m.raw, m.normalized]);
    expect(raw).toEqual([
      ["arc", 0.7, null],
      ["hellaswag", 0.8, null],
      ["mmlu", 0.6, null],
      ["truthfulqa", 0.5, null],
      ["winogrande", 0.75, null],
      ["gsm8k", 0.55, null],
    ]);
  });

  test("that are empty or NA are missing", async () => {
    const row = { ...v1(LLAMA, true, true), gsm8k: "NA", arc: "" };
    const { evaluations, rejections } = await read(csv(HEADERS.v1, [row]));
    expect(rejections).toEqual([]);
    const keys = evaluations[0]?.measures.map((m) => m.benchmark);
    expect(keys).toEqual(["hellaswag", "mmlu", "truthfulqa", "winogrande"]);
  });

  test.each([
    ["v1", "arc", "78,5x"],
    ["v1", "gsm8k", "-3"],
    ["v1", "mmlu", "101"],
    ["2024-07-13", "gpqa_raw", "0.3x"],
    ["2024-07-13", "gpqa", "16.33 of 100"],
    ["2025-01-14", "evaluations_bbh_value", "high"],
    ["2025-01-14", "evaluations_bbh_normalized_score", "123"],
    ["2025-01-14", "evaluations_gpqa_value", "37"],
    ["2025-01-14", "evaluations_gpqa_normalized_score", "x"],
  ] as const)(
    "mistyped in %s, %s = %s: that row is rejected, no other",
    async (shape, column, cell) => {
      const [first, second, third] = ROWS[shape] as Record<string, string>[];
      const text = csv(HEADERS[shape], [first!, { ...second, [column]: cell }, third!]);
      const { evaluations, rejections } = await read(text);
      expect(evaluations.map((e) => e.model)).toEqual([MIXTRAL, MERGE]);
      expect(rejections).toEqual([
        {
          path: expect.stringMatching(/table\.csv#2$/),
          reason: expect.stringContaining(`column ${column}, row 2: ${JSON.stringify(cell)}`),
        },
      ]);
    },
  );
});

describe("scores as people write them", () => {
  test.each([
    ["v1", "arc", "78,5", 0.785],
    ["v1", "arc", "78,512", 0.78512],
    ["v1", "arc", "78.5%", 0.785],
    ["v1", "arc", " 78,50 % ", 0.785],
    ["v1", "arc", "-", null],
    ["v1", "arc", "nan", null],
    ["v1", "arc", "None", null],
    ["2024-07-13", "gpqa_raw", "0,35", 0.35],
    ["2024-07-13", "gpqa_raw", "35%", 0.35],
  ] as const)("in %s, %s = %s is %s", async (shape, column, cell, raw) => {
    const [first] = ROWS[shape] as Record<string, string>[];
    // Of what the table has rounded, the score in points says more.
    const row = { ...first!, [column]: cell, ...(shape === "2024-07-13" && { gpqa: "" }) };
    const { evaluations, rejections } = await read(csv(HEADERS[shape], [row]));
    expect(rejections).toEqual([]);
    const key = column.replace("_raw", "");
    const measure = evaluations[0]?.measures.find((m) => m.benchmark === key);
    if (raw === null) expect(measure).toBeUndefined();
    else expect(measure?.raw).toBeCloseTo(raw, 12);
  });
});

describe("fields", () => {
  const one = async (change: object) =>
    (await read(csv(HEADERS["2025-01-14"], [long("a/b", false, false, change)]))).evaluations[0];

  test("names of types come with emoji or none, with spaces or none", async () => {
    const types = [
      "🟢 pretrained",
      "🟩 continuously pretrained",
      "🔶 fine-tuned on domain-specific datasets",
      "💬 chat models (RLHF, DPO, IFT, ...)",
      "🤝 base merges and moerges",
      "chatmodels",
      "basemergesandmoerges",
      "continuouslypretrained",
      "🌸 multimodal",
      "❓ other",
      "",
      "?",
    ];
    const rows = types.map((type, i) => ({ ...v1(`a/b${i}`, true, true), type }));
    const { evaluations } = await read(csv(HEADERS.v1, rows));
    expect(evaluations.map((e) => e.model_type)).toEqual([
      "pretrained",
      "continuously_pretrained",
      "fine_tuned",
      "chat",
      "merge",
      "chat",
      "merge",
      "continuously_pretrained",
      "multimodal",
      "other",
      null,
      null,
    ]);
  });

  test("sizes of 0 and −1 are unknown", async () => {
    const size = async (metadata_params_billions: number | string) =>
      (await one({ metadata_params_billions }))?.params_b;
    expect([await size(7.242), await size(0), await size(-1), await size("NA")]).toEqual([
      7.242,
      null,
      null,
      null,
    ]);
  });

  test("a base model that is Removed, NA or the model itself is none; a merge keeps its name", async () => {
    const base = async (metadata_base_model: string) =>
      (await one({ metadata_base_model }))?.base_model;
    expect(await base("Removed")).toBeNull();
    expect(await base("NA")).toBeNull();
    expect(await base("a/b")).toBeNull();
    expect(await base("a/b (Merge)")).toBeNull();
    expect(await base("x/y (Merge)")).toBe("x/y");
    expect(await base("x/y")).toBe("x/y");
  });

  test("dates with a time are days; what is no day is unknown", async () => {
    const day = async (metadata_submission_date: string) =>
      (await one({ metadata_submission_date }))?.submitted_at;
    expect(await day("2024-05-05T12:22:44Z")).toBe("2024-05-05");
    expect(await day("2024-02-29")).toBe("2024-02-29");
    expect(await day("2024-02-30")).toBeNull();
    expect(await day("2024-13-01")).toBeNull();
    expect(await day("yesterday")).toBeNull();
  });

  test("commas, quotes and line breaks within quotes belong to the cell", async () => {
    const rows = [
      long("a/b", false, false, {
        metadata_hub_license: 'other, see "LICENSE"',
        model_architecture: "Two\nLines",
      }),
      long("c/d", false, false, {}),
    ];
    const { evaluations } = await read(csv(HEADERS["2025-01-14"], rows));
    expect(evaluations.map((e) => [e.model, e.license, e.architecture])).toEqual([
      ["a/b", 'other, see "LICENSE"', "Two Lines"],
      ["c/d", null, null],
    ]);
  });

  test.each(["../x", "/etc/passwd", "<b>x</b>", "a/b/c", ""])(
    "a model named %j is rejected",
    async (model) => {
      const { evaluations, rejections } = await read(
        csv(HEADERS["2025-01-14"], [long(model, false, false, {}), long("a/b", false, false, {})]),
      );
      expect(evaluations.map((e) => e.model)).toEqual(["a/b"]);
      expect(rejections[0]?.reason).toMatch(/^field model: /);
    },
  );

  test("two precisions of one model are two evaluations", async () => {
    const rows = ["float16", "bfloat16"].map((model_precision) =>
      long("a/b", false, false, { model_precision }),
    );
    const { evaluations } = await read(csv(HEADERS["2025-01-14"], rows));
    expect(evaluations.map((e) => e.precision)).toEqual(["float16", "bfloat16"]);
  });
});

describe("recognise", () => {
  test("takes the day from the file's name, else the newest in the table", async () => {
    const row = { ...v1(LLAMA, true, true), date: "2024-05-05T12:22:44Z" };
    const text = csv(HEADERS.v1, [row]);
    const suites = [V1];
    expect(await contentsOf(text, suites, "2024-06-01.csv")).toMatchObject({
      day: "2024-06-01",
      dated: true,
    });
    for (const name of ["table.csv", "2024-13-99.csv", "2024-06-01-v2.csv"]) {
      expect(await contentsOf(text, suites, name)).toMatchObject({
        day: "2024-05-05",
        dated: false,
      });
    }
  });

  test.each([
    ["nothing of ours", "a,b\n1,2\n"],
    ["no model", "average,ifeval,bbh,math,gpqa,musr,mmlu_pro\n1,1,1,1,1,1,1\n"],
    ["no model's name", HEADERS.v1.replace(",fullname", "").replace(",model,", ",")],
    ["a benchmark missing", `${HEADERS.v1.replace("gsm8k", "other")}\n`],
    ["another case", `${HEADERS.v1.toUpperCase()}\n`],
  ])("knows no table with %s", async (_, text) => {
    await expect(contentsOf(text)).rejects.toThrow("not recognised");
  });

  test("a benchmark may be called as columns of other shapes are", async () => {
    // `t` is the first column of published tables, whose truth values are inverted.
    const key = "t";
    const suite = { ...KITCHEN, benchmarks: [{ ...KITCHEN.benchmarks[0]!, key }] };
    const { evaluations } = await read("model,moe,t_raw,t\na/b,TRUE,0.4,20\n", [suite]);
    expect(evaluations[0]).toMatchObject({ model: "a/b", moe: true });
  });

  test("a benchmark may be called as things are that every object has", async () => {
    const key = "constructor";
    const suite = { ...KITCHEN, benchmarks: [{ ...KITCHEN.benchmarks[0]!, key }] };
    await expect(contentsOf("model,other\na/b,1\n", [suite])).rejects.toThrow("not recognised");
    const { evaluations } = await read("model,constructor_raw\na/b,0.4\n", [suite]);
    expect(scoresOf(evaluations[0]!)).toEqual({ constructor: 20 });
  });

  test("a benchmark's other name is found", async () => {
    const text = `model,riddles_raw,recipes_raw,recipes,units_raw,sayings_raw\na/b,0.4,0.5,22.5,0.2,0.28\n`;
    const { evaluations } = await read(text, [KITCHEN]);
    expect(scoresOf(evaluations[0]!)).toEqual({
      riddles: 20,
      recipes: 22.5,
      units: 20,
      proverbs: 20,
    });
  });
});

test.each(["Sømandsråd", "바다 상식", "समुद्री ज्ञान", "Ве́сла", "🌊 Vagues (fr) ❤️"])(
  "a benchmark of the Hub's own table is found by its title: %s",
  async (title) => {
    const [riddles, ...others] = KITCHEN.benchmarks;
    const suite = { ...KITCHEN, benchmarks: [{ ...riddles!, columns: [title] }] };
    const text = `eval_name,fullname,Tides Raw,${title} Raw,${title}\nx,a/b,0.9,0.4,20\n`;
    const { evaluations } = await read(text, [suite]);
    expect(scoresOf(evaluations[0]!)).toEqual({ riddles: 20 });
    // Beside another one, each has its own.
    const other = { ...others[0]!, key: "tides", score: "task" as const };
    const both = { ...KITCHEN, benchmarks: [suite.benchmarks[0]!, other] };
    expect((await read(text, [both])).evaluations[0]?.measures.map((m) => m.raw)).toEqual([
      0.4, 0.9,
    ]);
  },
);

test("published averages are read as they are", async () => {
  const rows = [v1(LLAMA, true, true), { ...v1(MIXTRAL, false, true), average: "NA" }];
  expect(publishedAverages(await contentsOf(csv(HEADERS.v1, rows)))).toEqual([65, null]);
});
