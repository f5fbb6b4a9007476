import { z } from "zod";
import { namesSchema, strict, withoutSchema } from "./strict.ts";

/** A version of a package: nothing that a shell would take apart. */
export const VERSION = /^\d[\w.]{0,31}$/;

/** Lower-case word that is safe as a column name and in a URL. */
const columnName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,39}$/,
    "must be lower-case letters, digits and _, starting with a letter",
  );

const count = z.number().int().positive();
const proportion = z.number().min(0).lt(1);

/** Random guessing scores `1/choices`; where that is not the baseline, `baseline` says it. */
const guessing = { choices: z.number().int().min(2).optional(), baseline: proportion.optional() };

/** Values of a metric that are 0 and 100 %: where lower is better, `best` is below `worst`. */
const scale = strict({
  worst: z.number(),
  best: z.number(),
  /** Of a value beyond: `cut` takes it for the end of the scale; else it is an error. */
  beyond: z.enum(["refuse", "cut"]).default("refuse"),
}).refine(({ worst, best }) => worst !== best, "needs a best that is not the worst");

const metric = strict({
  /** As in the harness's `results`: `acc_norm,none`. */
  name: z.string().min(1),
  /** Number of scored items, for a binomial standard error; absent where the metric is not binomial. */
  n: count.optional(),
  /** From 0 to 1 where it is absent. WER: 1 to 0; BLEU: 0 to 100; a correlation: -1 to 1. */
  scale: scale.optional(),
});

/**
 * The benchmark of the Hub that its figure may be reported to: a data set that is registered as one,
 * and the task's id in its `eval.yaml` (huggingface.co/docs/hub/eval-results).
 */
const hub = strict({
  dataset: z.string().regex(/^[\w.-]+\/[\w.-]+$/, "must be a data set's name like OWNER/NAME"),
  task: z.string().regex(/^[\w.-]+$/, "must be a task's id"),
  /** What readers there must know of how it was asked here: a few words for the file's `notes`. */
  notes: z.string().min(1).max(120).optional(),
});

const subtask = strict({
  task: z.string().min(1),
  name: z.string().min(1),
  n: count.optional(),
  /** Its own metric, where that is not the benchmark's. */
  metric: z.string().min(1).optional(),
  /** Of its own metric; else the benchmark's. */
  scale: scale.optional(),
  /** Share in a `mean_of_subtasks`, against 1 of the others. */
  weight: z.number().positive().max(1000).optional(),
  ...guessing,
  hub: hub.optional(),
  /**
   * `task` of another subtask that asks all questions of this one as well. Copies of a question tell
   * little more than the question: see `core/suite/overlap.ts`.
   */
  contained_in: z.string().min(1).optional(),
});

const benchmark = strict({
  /** The column name of the benchmark in every table. */
  key: columnName,
  name: z.string().min(1),
  /** What it measures, in two or three words. */
  area: z.string().min(1),
  description: z.string(),
  link: z.url({ protocol: /^https$/ }).optional(),
  /** The task, or the group of tasks, in the harness's `results`. */
  task: z.string().min(1),
  /** Examples before each question. A file that says another number is not of this benchmark. */
  shots: z.number().int().min(0),
  /** The task's version, where only one is meant: a file that says another is not of this benchmark. */
  version: z.union([z.number(), z.string().min(1)]).optional(),
  metrics: z.array(metric).min(1),
  ...guessing,
  hub: hub.optional(),
  /**
   * `task`: raw is the task's own (or the group's size-weighted) value, normalised once.
   * `mean_of_subtasks`: each subtask is normalised against its own baseline, then the plain mean.
   */
  score: z.enum(["task", "mean_of_subtasks"]),
  subtasks: z.array(subtask).default([]),
  /** Key of the archive suite's benchmark that this one was made to succeed. */
  follows: columnName.optional(),
  /** True where questions are long texts, so that a model's context length may matter. */
  context: z.boolean().optional(),
  /** Its share in the average, 0–10, where that is not 1; one of 0 may be missing. */
  weight: z.number().min(0).max(10).optional(),
  /** Other names of this benchmark's column in published tables, as in their header or in words. */
  columns: z.array(z.string()).default([]),
});

/** A column beside the scores that is none: speed, cost. It counts in no average. */
const extra = strict({
  key: columnName,
  name: z.string().min(1),
  /** Of its values, as `s` or `USD per million tokens`. */
  unit: z.string().min(1).max(40).optional(),
  description: z.string().min(1).optional(),
  /** Where result files have it; a contents table has a column of its key or name. */
  task: z.string().min(1).optional(),
  metric: z.string().min(1).optional(),
  /** Other names of its column in published tables. */
  columns: z.array(z.string()).default([]),
});

const day = z.iso.date("must be a date like 2024-06-30");

/** A version of a package that may stand in a command. */
const version = z.string().regex(VERSION, "must be a version like 4.49.0");

const commit = z.string().regex(/^[0-9a-f]{40}$/, "must be the 40 digits of a commit");

const epoch = strict({
  /** Names it in `runs.parquet`. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and -"),
  /** Its first day; the first epoch has none. */
  since: day.optional(),
  /** Which harness, at which commit, and what was particular to it: a sentence or two. */
  what: z.string().min(1),
  /** The harness's commit that stands for the epoch. */
  commit: commit.optional(),
  /** Where that commit can be fetched. */
  repository: z.url({ protocol: /^https$/ }).optional(),
  /** The harness where it is a package of PyPI, in place of a commit. */
  package: z
    .string()
    .regex(
      /^[A-Za-z0-9][\w.-]{0,63}==\d[\w.]{0,31}$/,
      "must be a package and version like lm_eval==0.4.13",
    )
    .optional(),
  /** Other commits of the harness that a run of the epoch may have had: a file that names one is believed. */
  commits: z.array(commit).default([]),
  /** Version of transformers that a run of this epoch is known to have had. */
  transformers: version.optional(),
  /** Commands that install it, in place of those of `reproduce`; {commit} and {transformers} are filled in. */
  setup: z.array(z.string()).min(1).optional(),
  link: z.url({ protocol: /^https$/ }).optional(),
});

const rescoring = strict({
  /** First day on which the table has the new scores. */
  day,
  /** Key of the benchmark. */
  benchmark: columnName,
  /** What was changed, in a few words that fit after "scored anew with". */
  what: z.string().min(1),
  link: z.url({ protocol: /^https$/ }).optional(),
});

/** What is to be said of a column of this suite's table, beside what it means in any. */
const columnNote = strict({
  /** Its name in the table. */
  column: columnName,
  /** A sentence, put after the column's description. */
  note: z.string().min(1),
  /** Values of another column that bear out a `true`: pages count the rows where they do not. */
  borne_out_by: strict({ column: columnName, values: z.array(z.string()).min(1) }).optional(),
});

/** Columns of `models.parquet` that a benchmark key may not shadow. */
const RESERVED = new Set(
  (
    "eval_id model revision precision weight_type architecture model_type params_b params_doubt license likes " +
    "base_model generation chat_template settings merged moe flagged availability on_hub maintainers_choice submitted_at " +
    "uploaded_at co2_kg context_length context_source max_length twin_of rescoring_unchanged average rank " +
    "rank_low rank_high tie_group"
  ).split(" "),
);

/** Something to know, and where it is written. */
const remark = strict({ text: z.string().min(1), link: z.url({ protocol: /^https$/ }).optional() });

/** A suite's file, with the name of its JSON Schema. */
const suiteFile = strict({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and -"),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, "must look like 1.0.0"),
  name: z.string().min(1),
  /** Name of the suite's table, without `.parquet`. */
  table: columnName,
  /** False where scores are published as plain percentages. */
  normalized: z.boolean(),
  /** How to repeat a run. In `command`: {model} {revision} {dtype} {tasks} {shots} {key} {seeds} {chat}. */
  reproduce: strict({
    setup: z.array(z.string()),
    command: z.string(),
    /** Seeds where a run's file does not state them: of Python, NumPy, PyTorch and the choice of examples. */
    seeds: z
      .string()
      .regex(/^\d+(?:,\d+){3}$/, "must be four numbers: 0,1234,1234,1234")
      .optional(),
    /** What one needs, or has to know, before: each a sentence or two. */
    needs: z.array(remark).default([]),
    /** In what the harness of today differs from all epochs: each a sentence or two. */
    since: z.array(remark).default([]),
    /** One command for each benchmark (shots differ), or one for the whole suite. */
    per_benchmark: z.boolean(),
  }).optional(),
  /** How the column co2_kg came about, where it is an estimate from the time that a run took. */
  co2: strict({
    what: z.string().min(1),
    kg_per_hour: z.number().positive(),
    link: z.url({ protocol: /^https$/ }).optional(),
  }).optional(),
  /** Harness and commands by the time that scores were formed, oldest first. */
  epochs: z.array(epoch).default([]),
  /** Days on which scores of runs that were done were formed anew, oldest first. */
  rescorings: z.array(rescoring).default([]),
  column_notes: z.array(columnNote).default([]),
  benchmarks: z.array(benchmark).min(1),
  /** Columns that are no scores. */
  extras: z.array(extra).default([]),
  ...namesSchema,
}).superRefine((suite, context) => {
  suite.extras.forEach(({ key, task, metric }, i) => {
    const complain = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: ["extras", i, field], message });
    const others = [
      ...suite.benchmarks.flatMap((b) => [b.key, `${b.key}_raw`, `${b.key}_stderr`]),
      ...suite.extras.slice(0, i).map((e) => e.key),
    ];
    if (RESERVED.has(key) || others.includes(key)) {
      complain("key", `"${key}" is the name of another column`);
    }
    if ((task === undefined) !== (metric === undefined)) {
      complain(task === undefined ? "task" : "metric", "is needed: task and metric go together");
    }
  });
  for (const field of ["epochs", "rescorings"] as const) {
    const days = suite[field].map((e) => ("day" in e ? e.day : (e.since ?? "")));
    days.forEach((each, i) => {
      const isFirst = i === 0 && field === "epochs";
      if (!isFirst && (each === "" || each < (days[i - 1] ?? ""))) {
        const message =
          each === ""
            ? "needs a day: only the first epoch has none"
            : "must be in order of their days";
        context.addIssue({ code: "custom", path: [field, i], message });
      }
    });
  }
  suite.rescorings.forEach(({ benchmark: key }, i) => {
    if (suite.benchmarks.some((b) => b.key === key)) return;
    const message = `"${key}" is no benchmark of this suite`;
    context.addIssue({ code: "custom", path: ["rescorings", i, "benchmark"], message });
  });
  if (suite.reproduce?.command.includes("{seeds}") && !suite.reproduce.seeds) {
    const message = "needs values: the command has {seeds}";
    context.addIssue({ code: "custom", path: ["reproduce", "seeds"], message });
  }
  suite.epochs.forEach(({ repository, package: named, commit }, i) => {
    const complain = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: ["epochs", i, field], message });
    if (repository && !commit) complain("commit", "is needed: repository says where it is");
    if (named && commit) complain("package", "is one harness, and commit another: leave one out");
  });
  suite.epochs.forEach(({ setup, commit }, i) => {
    if (commit || !setup?.some((line) => line.includes("{commit}"))) return;
    const message = "is needed: its setup has {commit}";
    context.addIssue({ code: "custom", path: ["epochs", i, "commit"], message });
  });
  if (suite.benchmarks.every((b) => b.weight === 0)) {
    const message = "are all 0: no average can be formed";
    context.addIssue({ code: "custom", path: ["benchmarks"], message: `weights ${message}` });
  }
  const seen = new Set<string>();
  suite.benchmarks.forEach((b, i) => {
    const complain = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: ["benchmarks", i, field], message });
    if (seen.has(b.key)) complain("key", `"${b.key}" is used twice`);
    if (RESERVED.has(b.key) || /_(raw|stderr)$/.test(b.key)) {
      complain("key", `"${b.key}" is the name of another column`);
    }
    if (b.score === "mean_of_subtasks" && b.subtasks.length === 0) {
      complain("subtasks", "mean_of_subtasks needs at least one subtask");
    }
    if (b.score === "mean_of_subtasks" && b.metrics.length !== 1) {
      complain("metrics", "mean_of_subtasks reads one metric");
    }
    seen.add(b.key);
    for (const { index, field, message } of overlapIssues(b.subtasks)) {
      context.addIssue({
        code: "custom",
        path: ["benchmarks", i, "subtasks", index, field],
        message,
      });
    }
  });
});

/** One leaderboard's benchmarks and how they are scored: the only place that names a benchmark. */
export const suiteSchema = suiteFile.transform(withoutSchema);

/** What is wrong with the subtasks that are said to lie in one another. */
function overlapIssues(subtasks: z.infer<typeof subtask>[]) {
  if (subtasks.every((s) => s.contained_in === undefined)) return [];
  const byTask = new Map(subtasks.map((s) => [s.task, s]));
  return subtasks.flatMap((subtask, index) => {
    const complain = (field: string, message: string) => [{ index, field, message }];
    const { task, n, contained_in: name } = subtask;
    if (n === undefined) {
      return complain("n", "is needed where one subtask's questions lie in another's");
    }
    if (name === undefined) return [];
    const around = byTask.get(name);
    if (!around) return complain("contained_in", `"${name}" is no subtask of this benchmark`);
    if (around.n !== undefined && n > around.n) {
      const message = `"${task}" has ${n} questions and cannot lie in "${name}", which has ${around.n}`;
      return complain("contained_in", message);
    }
    const passed = new Set<string>();
    for (let at: string | undefined = name; at !== undefined; at = byTask.get(at)?.contained_in) {
      if (at === task) return complain("contained_in", `"${task}" would lie in itself`);
      if (passed.has(at)) break;
      passed.add(at);
    }
    return [];
  });
}

export type Suite = z.infer<typeof suiteSchema>;
export type SuiteInput = z.input<typeof suiteSchema>;
export type Epoch = Suite["epochs"][number];
export type Rescoring = Suite["rescorings"][number];
export type ColumnNote = Suite["column_notes"][number];
export type Benchmark = Suite["benchmarks"][number];
export type Subtask = Benchmark["subtasks"][number];
export type Extra = Suite["extras"][number];
export type Metric = Benchmark["metrics"][number];
