import fc from "fast-check";
import { MODEL_TYPES } from "../../../src/core/records/evaluation.ts";
import { average } from "../../../src/core/suite/average.ts";
import { type Column, columnsOf } from "../../../src/core/table/columns.ts";
import type { Grid, Value } from "../../../src/core/table/grid.ts";
import { SIZES } from "../../../src/core/view/sizes.ts";
import type { Choice, Range, View } from "../../../src/core/view/view.ts";

/** A table with all that describes it. */
export interface Sample {
  name: string;
  keys: string[];
  columns: Column[];
  grid: Grid;
}

const ROWS = 300;

const NAMES = [
  "Qwen/Qwen2.5-7B",
  "qwen/QWEN2.5-72B-Instruct",
  "meta-llama/Llama-2-7b-hf",
  "Meta/llama_100%",
  "o'Neil/it's \"quoted\"",
  "İstanbul/İyi-Model",
  "ΟΔΟΣ/ΣΊΣΥΦΟΣ",
  "straße/GROẞ",
  "back\\slash/a_b\\c",
  "😀-lab/𐐀bc-𝔘",
  "\uff21wide/\ufb01nal",
  "no-owner-model",
  "Zeta/ǅ mixed case",
];
const ARCHITECTURES = ["LlamaForCausalLM", "Qwen2ForCausalLM", "ΣForCausalLM", null];
const LICENSES = ["apache-2.0", "mit", "llama3's", 'other "x", y', "cc-by-nc 4.0 & más", null];
const PRECISIONS = ["bfloat16", "float16", "4bit", null];

/**
 * Two suites, one with names that SQL and the URL have other uses for, each with all its columns
 * and with some of them missing.
 */
export const SAMPLES: Sample[] = [
  sample("full", { normalized: true, keys: ["ifeval", "bbh", "math"] }, []),
  sample("awkward", { normalized: false, keys: ["select", "chat", "q", "constructor"] }, []),
  sample("sparse", { normalized: true, keys: ["ifeval", "bbh", "math"] }, [
    "flagged",
    "license",
    "architecture",
    "math_raw",
    "params_b",
    "moe",
    "co2_kg",
  ]),
  sample("poor", { normalized: true, keys: ["order", "user", "value"] }, [
    "average",
    "model",
    "on_hub",
    "user",
    "model_type",
    "chat_template",
    "uploaded_at",
  ]),
];

/** A suite as `columnsOf` needs it. */
export function suiteOf(keys: string[], normalized: boolean): Parameters<typeof columnsOf>[0] {
  const benchmarks = keys.map((key) => ({
    key,
    name: key.toUpperCase(),
    area: "Area",
    description: "",
    task: key,
    shots: 0,
    metrics: [{ name: "acc" }],
    score: "task" as const,
    subtasks: [],
    columns: [],
  }));
  return { normalized, benchmarks };
}

function sample(
  name: string,
  { keys, normalized }: { keys: string[]; normalized: boolean },
  missing: string[],
): Sample {
  const columns = columnsOf(suiteOf(keys, normalized), (column) => !missing.includes(column));
  const random = randomFrom(20250610);
  const rows = Array.from({ length: ROWS }, (_, i) => randomRow(i, keys, normalized, random));
  const names = ["eval_id", ...columns.map((c) => c.name)];
  const values = names.map((n) => [n, rows.map((row) => row[n] ?? null)] as const);
  return { name, keys, columns, grid: { length: ROWS, columns: Object.fromEntries(values) } };
}

type Random = () => number;

/** Mulberry32: the same numbers for the same seed, everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)]!;
}

/** Few different values, so that there are ties, and gaps. */
function randomRow(i: number, keys: string[], normalized: boolean, random: Random) {
  const model = pick([...NAMES, null], random);
  const flag = () => pick([true, false, false, null], random);
  const day = () => pick(["2023-12-31", "2024-02-29", "2024-06-26", "2025-03-01", null], random);
  const number = (values: readonly number[]) => pick([...values, random() * 100, null], random);
  const scores = keys.map(() =>
    random() < 0.15 ? null : random() < 0.5 ? pick([0, 20, 40], random) : random() * 100,
  );
  const row: Record<string, Value> = {
    eval_id: `${model ?? "?"}@${i % 7}-${pick(["ﬀ", "😀", "a", "'"], random)}${i}:chat`,
    model,
    average: average(scores),
    params_b: number([0, 0.5, 5, 12, 18, 65, 70]),
    model_type: pick([...MODEL_TYPES, null], random),
    architecture: pick(ARCHITECTURES, random),
    precision: pick(PRECISIONS, random),
    weight_type: pick(["Original", "Delta", null], random),
    chat_template: flag(),
    license: pick(LICENSES, random),
    likes: number([0, 1, 10]),
    co2_kg: number([0, 1.5]),
    context_length: number([2048, 4096]),
    generation: number([0, 1, 2]),
    merged: flag(),
    moe: flag(),
    flagged: flag(),
    on_hub: pick([true, true, false, null], random),
    maintainers_choice: flag(),
    submitted_at: day(),
    uploaded_at: day(),
    rank: number([1, 2]),
    rank_low: number([1, 2]),
    rank_high: number([2, 9]),
    tie_group: number([1, 2]),
  };
  keys.forEach((key, k) => {
    const score = scores[k] ?? null;
    row[key] = score;
    if (normalized) row[`${key}_raw`] = score === null ? null : (score + 50 * random()) / 150;
  });
  return row;
}

/** Views that `queryToView` could have made for this table, with filters that some rows pass. */
export function viewOf({ keys, columns, grid }: Sample): fc.Arbitrary<View> {
  const names = columns.map((c) => c.name);
  const numbers = columns.filter((c) => c.kind === "number").map((c) => c.name);
  const choice = rarely<Choice>("all", fc.constantFrom<Choice>("hide", "only"));
  const hidden = fc.constantFrom<Choice>("all", "hide", "only");
  const ids = grid.columns.eval_id as string[];
  return fc.record(
    {
      search: rarely("", searchText()),
      sizes: rarely([], subset(SIZES.map((s) => s.name))),
      types: rarely([], subset(MODEL_TYPES)),
      precisions: rarely([], texts(["bfloat16", "float16", "4bit"])),
      licenses: rarely([], texts(LICENSES.filter((l) => l !== null))),
      chat: choice,
      choice,
      merged: choice,
      moe: choice,
      flagged: hidden,
      unavailable: hidden,
      twins: fc.constantFrom("once" as const, "each" as const),
      ranges: rarely(
        {},
        fc.dictionary(fc.constantFrom(...numbers), rangeArbitrary(), { maxKeys: 2 }),
      ),
      sort: fc.record({
        column: fc.oneof(fc.constant("average"), fc.constantFrom(...names)),
        descending: fc.boolean(),
      }),
      columns: fc.option(subset(names)),
      raw: fc.boolean(),
      dense: fc.boolean(),
      pins: rarely([], texts(ids)),
      weights: fc.option(fc.dictionary(fc.constantFrom(...keys), weight())),
    },
    { noNullPrototype: true },
  );
}

/** Text that UTF-8 can hold, with what is special somewhere. */
export function anyText(maxLength = 20): fc.Arbitrary<string> {
  const special = fc.constantFrom(..."'\"%_\\;,:&=+#?@/ \t\0\nİıßΣσςéﬁ𐐀😀\ufeff\u{10d50}");
  return fc.string({
    unit: fc.oneof(special, fc.string({ unit: "binary", minLength: 1, maxLength: 1 })),
    maxLength,
  });
}

function rarely<T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
}

function subset<T>(list: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...list]);
}

function texts(known: readonly string[]): fc.Arbitrary<string[]> {
  const text = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...known) },
    { weight: 1, arbitrary: anyText().filter((t) => t !== "") },
  );
  return fc.uniqueArray(text, { maxLength: 4 });
}

/** Pieces of names in another case, owners and noise, put together as people would. */
function searchText(): fc.Arbitrary<string> {
  const word = fc
    .tuple(
      fc.constantFrom(...NAMES, "forcausal", "apache", "MIT"),
      fc.nat(),
      fc.nat(8),
      fc.boolean(),
    )
    .map(([name, from, length, upper]) => {
      const piece = Array.from(name)
        .slice(from % name.length)
        .slice(0, length + 1)
        .join("");
      return upper ? piece.toUpperCase() : piece.toLowerCase();
    });
  const owner = fc
    .tuple(fc.constantFrom(...NAMES), fc.nat(6))
    .map(([name, length]) => `@${Array.from(name).slice(0, length).join("")}`);
  const term = fc.oneof(
    { weight: 6, arbitrary: word },
    { weight: 2, arbitrary: owner },
    { weight: 1, arbitrary: anyText(4) },
  );
  return fc
    .array(fc.tuple(term, fc.constantFrom(" ", ";", "  ; ")), { minLength: 1, maxLength: 4 })
    .map((words) => words.flat().join(""));
}

function rangeArbitrary(): fc.Arbitrary<Range> {
  const end = fc.option(finite());
  return fc.tuple(end, end).map(([a, b]) => {
    const swap = a !== null && b !== null && a > b;
    return swap ? { min: b, max: a } : { min: a, max: b };
  });
}

function finite(): fc.Arbitrary<number> {
  const value = fc.oneof(
    fc.constantFrom(0, 0.5, 1, 5, 12, 18, 20, 40, 65, 70, 0.1 + 0.2, 1e-7, 1e21),
    fc.double({ min: -10, max: 110, noNaN: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  return value.map((v) => v + 0);
}

function weight(): fc.Arbitrary<number> {
  return fc
    .oneof(fc.constantFrom(0, 1, 2, 10, 0.5, 1e-7), fc.double({ min: 0, max: 10, noNaN: true }))
    .map((v) => v + 0);
}
