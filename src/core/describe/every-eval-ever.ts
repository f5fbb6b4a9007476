import type { Benchmark, Suite } from "../records/suite.ts";
import { averageWords } from "../suite/board-average.ts";
import { baselineOf } from "../suite/normalize.ts";
import { type FigureRow, type Made, type Origin, originsOf } from "../suite/origin.ts";
import { isLowerBetter, PROPORTION, type Scale, scaleOf } from "../suite/scale.ts";
import type { Value } from "../table/grid.ts";

/** The schema that the records are of: evaleval/every_eval_ever, `eval.schema.json`. */
export const EEE_SCHEMA = "0.3.0";

/** A row of a table, by columns. */
export type Row = Readonly<Record<string, Value>>;

/** One evaluation, as the tables have it. */
export interface Evaluated {
  suite: Suite;
  /** Its row of the suite's wide table (`modelsColumns`). */
  model: Row;
  /** Its rows of `scores.parquet`, those of benchmarks before those of subtasks. */
  scores: readonly Row[];
  /** Its rows of `runs.parquet`; none where a snapshot has no such table. */
  runs: readonly Row[];
  /** Of `sources.parquet`, and the commit of the dataset that it names, where it is one. */
  source: string | null;
  commit: string | null;
}

/** The leaderboard that publishes the figures. */
export interface Publisher {
  title: string;
  organization: string;
  homepage: string | null;
  /** Day of the tables. */
  as_of: string;
}

type Texts = Record<string, string>;

/** One entry of `evaluation_results`. */
export interface EeeResult {
  evaluation_result_id: string;
  evaluation_name: string;
  source_data: Record<string, unknown>;
  evaluation_timestamp?: string;
  metric_config: Record<string, unknown>;
  score_details: {
    score: number;
    details?: Texts;
    uncertainty?: { standard_error?: { value: number; method?: string }; num_samples?: number };
  };
  generation_config?: { additional_details: Texts };
}

/** A record of Every Eval Ever. */
export interface EeeRecord {
  schema_version: string;
  evaluation_id: string;
  evaluation_timestamp?: string;
  retrieved_timestamp: string;
  source_metadata: Record<string, unknown>;
  eval_library: { name: string; version: string; additional_details?: Texts };
  model_info: Record<string, unknown>;
  evaluation_results: EeeResult[];
}

/**
 * An evaluation of the tables as a record of Every Eval Ever. Figures are those of the tables, in all
 * their digits: of each benchmark and subtask the raw value (0–1), the score made of it (0–100) where
 * the suite normalises, and the average (0–100).
 *
 * The same tables give the same record: `retrieved_timestamp` is the day of the tables, and the last
 * part of `evaluation_id` says which revision, precision, weights and template, in place of a time,
 * which the project asks for but which would make another record of each export.
 *
 * Fields: `eval.schema.json` (0.3.0) and CONTRIBUTING.md of evaleval/every_eval_ever.
 */
export function recordOf(evaluated: Evaluated, publisher: Publisher): EeeRecord {
  const { suite, model } = evaluated;
  const name = text(model.model) ?? "";
  const variant = (text(model.eval_id) ?? "").slice(name.length + 1);
  const days = evaluated.runs.map((run) => text(run.day));
  return {
    schema_version: EEE_SCHEMA,
    evaluation_id: `${suite.id}/${name.replace("/", "_")}/${variant}`,
    ...given({ evaluation_timestamp: same(days) }),
    retrieved_timestamp: String(Date.parse(publisher.as_of) / 1000),
    source_metadata: sourceOf(evaluated, publisher),
    eval_library: libraryOf(evaluated, publisher),
    model_info: modelOf(model),
    evaluation_results: resultsOf(evaluated, publisher),
  };
}

function sourceOf(
  { suite, model, source, commit }: Evaluated,
  { title, organization, homepage, as_of }: Publisher,
): Record<string, unknown> {
  return given({
    source_name: title,
    source_type: "documentation",
    source_organization_name: organization,
    source_organization_url: homepage,
    evaluator_relationship: "third_party",
    additional_details: texts({
      suite: suite.id,
      suite_version: suite.version,
      as_of,
      source,
      source_commit: commit,
      submitted_at: model.submitted_at,
      flagged: model.flagged === true ? "true" : null,
      twin_of: model.twin_of,
    }),
  });
}

/** A suite with epochs is one of the harness; else only a file's `lm_eval_version` says so. */
function libraryOf(evaluated: Evaluated, publisher: Publisher): EeeRecord["eval_library"] {
  const { suite, runs } = evaluated;
  const version = same(runs.map((run) => text(run.harness_version)));
  const isHarness = suite.epochs.length > 0 || runs.some((run) => text(run.harness_version));
  const origins = originsIn(evaluated, publisher);
  const only = origins.length === 1 ? madeTexts(origins[0]!.answers) : {};
  const transformers = same(runs.map((run) => text(run.transformers_version)));
  return given({
    name: isHarness ? "lm-evaluation-harness" : "unknown",
    version: version ?? "unknown",
    additional_details: filled({ ...only, ...texts({ transformers_version: transformers }) }),
  });
}

function modelOf(model: Row): Record<string, unknown> {
  const id = text(model.model) ?? "";
  const [developer, name] = id.includes("/") ? id.split("/") : [null, id];
  return given({
    name,
    id,
    developer,
    additional_details: {
      // Who ran it is not in the tables.
      deployment_type: "unknown",
      model_availability: model.on_hub === true ? "open_weights" : "unknown",
      ...texts({
        revision: model.revision,
        precision: model.precision,
        weight_type: model.weight_type,
        architecture: model.architecture,
        model_type: model.model_type,
        params_billions: model.params_b,
        license: model.license,
        base_model: model.base_model,
        chat_template: model.chat_template,
      }),
    },
  });
}

function resultsOf(evaluated: Evaluated, publisher: Publisher): EeeResult[] {
  const { suite } = evaluated;
  const origins = originsIn(evaluated, publisher);
  const results = evaluated.scores.flatMap((row) => {
    const benchmark = suite.benchmarks.find((b) => b.key === row.benchmark);
    if (!benchmark) return [];
    const figure = figureOf(evaluated, benchmark, row, origins);
    const score = suite.normalized ? scoreOf(figure) : undefined;
    return score ? [rawOf(figure), score] : [rawOf(figure)];
  });
  const average = averageOf(evaluated, publisher);
  return average ? [...results, average] : results;
}

/** What a row of `scores.parquet` says, and what its raw value and its score have in common. */
interface Figure {
  suite: Suite;
  benchmark: Benchmark;
  row: Row;
  /** What guessing scores, 0–1; null for a mean over subtasks, which have their own. */
  baseline: number | null;
  name: string;
  common: Pick<EeeResult, "source_data" | "evaluation_timestamp" | "generation_config">;
  details: Texts;
}

function figureOf(
  { suite, model, runs }: Evaluated,
  benchmark: Benchmark,
  row: Row,
  origins: Origin[],
): Figure {
  const subtask = benchmark.subtasks.find((s) => s.task === row.subtask);
  const run = runs.find((r) => r.benchmark === benchmark.key);
  const isMean = !subtask && benchmark.score === "mean_of_subtasks";
  const baseline = isMean ? null : baselineOf(subtask ?? benchmark);
  return {
    suite,
    benchmark,
    row,
    baseline,
    name: [suite.id, benchmark.key, ...(subtask ? [subtask.task] : [])].join("."),
    common: given({
      source_data: dataOf(benchmark, subtask),
      evaluation_timestamp: text(run?.day),
      generation_config: { additional_details: generationOf(benchmark, model, run) },
    }),
    details: {
      ...texts({
        task: subtask?.task ?? benchmark.task,
        baseline: baseline ?? "of each subtask",
        result_file: run?.source,
        questions: row.n,
      }),
      ...originTexts(origins.find((o) => o.keys.includes(benchmark.key))),
    },
  };
}

/** Proportion correct. Its standard error is the score's, scaled back; a mean of subtasks has no such scale. */
function rawOf({ suite, benchmark, row, baseline, name, common, details }: Figure): EeeResult {
  const metric = text(row.metric) ?? "";
  const stretch = suite.normalized ? (baseline === null ? null : 1 - baseline) : 1;
  const stderr = typeof row.stderr === "number" && stretch !== null ? row.stderr : null;
  // The value itself, of which the table has the way from the worst to the best.
  const scale = ownScale(benchmark, text(row.subtask), metric);
  const { worst, best } = scale;
  const width = Math.abs(best - worst);
  return {
    evaluation_result_id: `${name}:${metric}`,
    evaluation_name: name,
    ...common,
    metric_config: {
      metric_id: metric,
      metric_name: metric,
      ...(scale === PROPORTION && { metric_unit: "proportion" }),
      lower_is_better: isLowerBetter(scale),
      score_type: "continuous",
      min_score: Math.min(worst, best),
      max_score: Math.max(worst, best),
    },
    score_details: given({
      score: scale === PROPORTION ? Number(row.raw) : worst + Number(row.raw) * (best - worst),
      details: details,
      uncertainty: uncertaintyOf(row, stderr === null ? null : (stderr * stretch! * width) / 100),
    }),
  };
}

/** Of one metric; a mean of several is a proportion. */
function ownScale(benchmark: Benchmark, subtask: string | null, metric: string): Scale {
  const isMean =
    subtask === null && (benchmark.metrics.length > 1 || benchmark.score === "mean_of_subtasks");
  return isMean ? PROPORTION : scaleOf(benchmark, subtask ?? benchmark.task, metric);
}

/** Points above guessing; none where the table has none. */
function scoreOf({ suite, row, baseline, name, common, details }: Figure): EeeResult | undefined {
  if (typeof row.normalized !== "number") return undefined;
  const metric = `${suite.id}.normalized`;
  return {
    evaluation_result_id: `${name}:${metric}`,
    evaluation_name: name,
    ...common,
    metric_config: given({
      evaluation_description:
        "max(0, (raw − baseline) / (1 − baseline)) × 100; of a mean of subtasks, the mean of theirs",
      metric_id: metric,
      metric_name: "Normalised score",
      metric_unit: "points",
      metric_parameters: baseline === null ? null : { baseline },
      lower_is_better: false,
      score_type: "continuous",
      min_score: 0,
      max_score: 100,
    }),
    score_details: given({
      score: row.normalized,
      details,
      uncertainty: uncertaintyOf(row, typeof row.stderr === "number" ? row.stderr : null),
    }),
  };
}

/** Where standard errors are from, in words. */
const METHODS: Record<string, string> = {
  file: "as the run's result file has it",
  binomial: "binomial, from raw score and number of questions",
  binomial_replaced:
    "binomial, from raw score and number of questions: what the run's result file has cannot belong to its value",
};

function uncertaintyOf(row: Row, value: number | null): EeeResult["score_details"]["uncertainty"] {
  const method = METHODS[text(row.stderr_source) ?? ""];
  return filled(
    given({
      standard_error: value === null ? null : given({ value, method }),
      num_samples: typeof row.n === "number" ? row.n : null,
    }),
  );
}

function averageOf({ suite, model }: Evaluated, { homepage }: Publisher): EeeResult | undefined {
  if (typeof model.average !== "number") return undefined;
  const name = `${suite.id}.average`;
  return {
    evaluation_result_id: name,
    evaluation_name: name,
    source_data: sourceData(suite.name, null, homepage),
    metric_config: {
      evaluation_description: `${averageWords(suite.benchmarks)}: ${suite.benchmarks.map((b) => b.name).join(", ")}`,
      metric_id: name,
      metric_name: "Average",
      metric_unit: "points",
      lower_is_better: false,
      score_type: "continuous",
      min_score: 0,
      max_score: 100,
    },
    score_details: given({ score: model.average, details: filled(texts({ rank: model.rank })) }),
  };
}

/** The Hub's data set of it, else the benchmark's page, else its name alone. */
function dataOf(
  benchmark: Benchmark,
  subtask: Benchmark["subtasks"][number] | undefined,
): Record<string, unknown> {
  const name = subtask ? `${benchmark.name}: ${subtask.name}` : benchmark.name;
  return sourceData(name, subtask?.hub ?? benchmark.hub, benchmark.link);
}

function sourceData(
  dataset_name: string,
  hub: Benchmark["hub"] | null,
  link: string | null | undefined,
): Record<string, unknown> {
  if (hub) return { dataset_name, source_type: "hf_dataset", hf_repo: hub.dataset };
  if (link) return { dataset_name, source_type: "url", url: [link] };
  return { dataset_name, source_type: "other" };
}

/** Examples as the file says, else as the suite asks for. */
function generationOf(benchmark: Benchmark, model: Row, run: Row | undefined): Texts {
  return texts({
    num_fewshot: run?.n_shot ?? benchmark.shots,
    chat_template: model.chat_template,
    chat_template_sha: run?.chat_template_sha,
    random_seed: run?.random_seed,
    numpy_seed: run?.numpy_seed,
    torch_seed: run?.torch_seed,
    fewshot_seed: run?.fewshot_seed,
    batch_size: run?.batch_size,
    device: run?.device,
    max_length: run?.max_length,
  });
}

function originsIn({ suite, model, runs }: Evaluated, { as_of }: Publisher): Origin[] {
  return originsOf(suite, runs as unknown as FigureRow[], text(model.submitted_at), as_of);
}

function originTexts(origin: Origin | undefined): Texts {
  if (!origin) return {};
  const isSame = JSON.stringify(origin.score) === JSON.stringify(origin.answers);
  return {
    ...madeTexts(origin.answers),
    ...(isSame ? {} : madeTexts(origin.score, "scored_with_")),
  };
}

/** By which harness; how that is known is said as the tables have it: commit, file or days. */
function madeTexts({ epoch, by, commit }: Made, prefix = ""): Texts {
  return texts({
    [`${prefix}harness_epoch`]: epoch?.id,
    [`${prefix}harness_commit`]: commit,
    [`${prefix}harness_known_by`]: epoch && by,
  });
}

function text(value: Value | undefined): string | null {
  return value === null || value === undefined || value === "" ? null : String(value);
}

/** What all have in common; null where they differ. */
function same(values: readonly (string | null)[]): string | null {
  const known = new Set(values);
  return known.size === 1 ? [...known][0]! : null;
}

/** Details are texts, says the schema. */
function texts(values: Record<string, Value | undefined>): Texts {
  const known = Object.entries(values).flatMap(([name, value]): [string, string][] => {
    const said = text(value);
    return said === null ? [] : [[name, said]];
  });
  return Object.fromEntries(known);
}

function filled<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

/** Without what is null or absent, as optional fields are left out. */
function given<T extends Record<string, unknown>>(
  fields: T,
): { [K in keyof T]: NonNullable<T[K]> } {
  const known = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known) as { [K in keyof T]: NonNullable<T[K]> };
}
