import { z } from "zod";
import { runSchema } from "./run.ts";
import { cleanField } from "./text.ts";

export const MODEL_TYPES = [
  "pretrained",
  "continuously_pretrained",
  "fine_tuned",
  "chat",
  "merge",
  "multimodal",
  "other",
] as const;
export type ModelType = (typeof MODEL_TYPES)[number];

/**
 * Whether a model could be had when its table was made: `available`; `unlisted`, there but without a
 * usable card or licence, so that the leaderboard did not list it; `gone`; `elsewhere`, a model that is
 * not of the Hub.
 */
export const AVAILABILITIES = ["available", "unlisted", "gone", "elsewhere"] as const;
export type Availability = (typeof AVAILABILITIES)[number];

/** Whether a model is on the Hub; null where that is not known. */
export function isOnHub(availability: Availability | null): boolean | null {
  return availability === null || availability === "elsewhere" ? null : availability !== "gone";
}

/** What the site's own files end in: a folder of such a name would stand where a file has to. */
const FILES = "json|html?|xml|atom|png|svg|csv|parquet|jsonl?|md|txt|js|css|ya?ml|bib|cff";

/** An owner that ends so, or a model called like a folder's page. */
const LIKE_FILE = new RegExp(`\\.(?:${FILES})/|(?:^|/)index\\.[a-z]+$`, "i");

/**
 * A name as the Hub gives them: `OWNER/NAME`, or `NAME` for the few without owner. It becomes a path of
 * the site and its API, so it may not meet another one: a part neither begins nor ends with a dot
 * (`.git`, `.htaccess`; some disks drop the last one), the owner is not called like a file
 * (`foo.json/bar` beside `foo.json`), nor the model like a folder's page.
 */
export const modelName = z
  .string()
  .regex(
    /^[A-Za-z0-9._-]{1,96}(?:\/[A-Za-z0-9._-]{1,96})?$/,
    "must be a model name like OWNER/NAME (letters, digits, . _ -)",
  )
  .refine(
    (name) => !/(?:^|\/)\.|\.(?:\/|$)/.test(name),
    "must be a model name whose parts neither begin nor end with a dot",
  )
  .refine(
    (name) => !LIKE_FILE.test(name),
    "must be a model name whose owner is not called like a file of the site (NAME.json), nor the model like its pages (index.html)",
  );

const proportion = z.number().min(0).max(1);
const day = z.iso.date("must be a date like 2024-06-30");
const text = cleanField(500);
/** What a column of whole numbers in a table holds; beyond, a number would wrap and be another. */
export const count = z.number().int().min(0).max(2147483647);

/**
 * Where a standard error is from, surest first: the run's own file; the binomial one, where the file
 * has none; the binomial one, where what the file has cannot belong to its value (`core/suite/possible.ts`).
 * Of one that is worked out from several, the least sure.
 */
export const STDERR_SOURCES = ["file", "binomial", "binomial_replaced"] as const;
export type StderrSource = (typeof STDERR_SOURCES)[number];

/** One measured value. `subtask` is null for the benchmark itself. */
const measure = z.strictObject({
  benchmark: z.string(),
  subtask: z.string().nullable(),
  metric: z.string(),
  /** 0–1 */
  raw: proportion,
  /** 0–100; null where the suite does not normalise. */
  normalized: z.number().min(0).max(100).nullable(),
  /** Of `normalized`, or of `100 × raw` where the suite does not normalise: in points. */
  stderr: z.number().min(0).nullable(),
  /** Null without standard error, and where a table does not say. */
  stderr_source: z.enum(STDERR_SOURCES).nullable(),
  /** Questions asked; a question that is asked twice counts twice. */
  n: count.positive().nullable(),
});

/**
 * One model, evaluated once with one suite: what every source is turned into. Unknown is null.
 * The key is (suite, model, revision, precision, weight_type, chat_template, settings).
 */
export const evaluationSchema = z.strictObject({
  suite: z.string(),
  model: modelName,
  revision: z
    .string()
    .regex(/^[\w./-]{1,100}$/)
    .nullable(),
  precision: z
    .string()
    .regex(/^[\w.-]{1,20}$/)
    .nullable(),
  weight_type: z.enum(["Original", "Adapter", "Delta"]).nullable(),
  architecture: text.nullable(),
  model_type: z.enum(MODEL_TYPES).nullable(),
  /** Billions of parameters. */
  params_b: z.number().positive().nullable(),
  license: text.nullable(),
  likes: count.nullable(),
  base_model: text.nullable(),
  generation: count.nullable(),
  chat_template: z.boolean().nullable(),
  /** What of the run was not plain: see `core/suite/settings.ts`; null where nothing is known of that kind. */
  settings: z
    .string()
    .regex(/^[A-Za-z0-9._+=~-]{1,120}$/, "must be settings like thinking=on~temperature=0.6")
    .nullable(),
  merged: z.boolean().nullable(),
  moe: z.boolean().nullable(),
  flagged: z.boolean(),
  availability: z.enum(AVAILABILITIES).nullable(),
  maintainers_choice: z.boolean(),
  submitted_at: day.nullable(),
  uploaded_at: day.nullable(),
  /** Kilograms of CO₂ for the evaluation. */
  co2_kg: z.number().min(0).nullable(),
  /** Tokens of context that the model was made for, and where that is stated. */
  context_length: count.positive().nullable(),
  context_source: text.nullable(),
  /** The runs that the figures come from, newest first: none where only a table has them. */
  runs: z.array(runSchema),
  /** Values of the suite's extra columns, by key, in their units; what is not known is absent. */
  extras: z.record(z.string(), z.number()),
  /** Benchmark values first, then subtasks. */
  measures: z.array(measure),
  /** When the figures were made, ISO 8601: decides which of two evaluations with one key stands. */
  at: z.iso.datetime("must be a time like 2024-06-30T12:00:00Z"),
  /** File (and row) the figures come from. */
  source: z.string(),
});

export type Evaluation = z.infer<typeof evaluationSchema>;
export type Measure = z.infer<typeof measure>;
