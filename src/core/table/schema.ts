import type { ColumnType, TableColumn } from "../records/manifest.ts";
import type { Suite } from "../records/suite.ts";
import { averageWords } from "../suite/board-average.ts";
import { hasCopies } from "../suite/overlap.ts";

const column = (name: string, type: ColumnType, description: string): TableColumn => ({
  name,
  type,
  description,
});

const EVAL_ID = column(
  "eval_id",
  "VARCHAR",
  "Key of the evaluation: OWNER/NAME@REVISION:PRECISION:WEIGHTS:chat|plain. Joins all tables.",
);

const HEAD = [
  EVAL_ID,
  column("model", "VARCHAR", "Name on the Hub, OWNER/NAME."),
  column("revision", "VARCHAR", "Commit (or branch) of the model that was evaluated."),
  column("precision", "VARCHAR", "Number format of the weights in the run."),
  column("weight_type", "VARCHAR", "Original, Adapter or Delta weights."),
  column("architecture", "VARCHAR", "Class named in the model's config."),
  column(
    "model_type",
    "VARCHAR",
    "pretrained, continuously_pretrained, fine_tuned, chat, merge, multimodal or other.",
  ),
  column("params_b", "DOUBLE", "Billions of parameters."),
  column(
    "params_doubt",
    "VARCHAR",
    "Why params_b is doubted, in words; null where nothing speaks against it. See table/size-doubt.ts.",
  ),
  column("license", "VARCHAR", "Licence as stated on the Hub."),
  column("likes", "INTEGER", "Likes on the Hub when the table was made."),
  column(
    "base_model",
    "VARCHAR",
    "The model this one was made from; null for a base or where unknown.",
  ),
  column("generation", "INTEGER", "Steps of fine-tuning or merging from a base model."),
  column("chat_template", "BOOLEAN", "Whether prompts were wrapped in the model's chat template."),
  column(
    "settings",
    "VARCHAR",
    "What of the run was not plain: NAME=VALUE joined by ~ (thinking on or off, digest of a system prompt, arguments of the generation); null where nothing is known of that kind.",
  ),
  column("merged", "BOOLEAN", "Whether the model is a merge of others."),
  column("moe", "BOOLEAN", "Whether it is a mixture of experts."),
  column("flagged", "BOOLEAN", "Whether its scores are in doubt: then it has no rank."),
  column(
    "availability",
    "VARCHAR",
    "When the table was made: available; unlisted, there but without a usable card or licence; gone; elsewhere, not of the Hub. Null where the sources do not tell these apart.",
  ),
  column(
    "on_hub",
    "BOOLEAN",
    "Whether it was on the Hub when the table was made: available or unlisted.",
  ),
  column(
    "maintainers_choice",
    "BOOLEAN",
    "Whether it is on the maintainers' list of official releases.",
  ),
  column("submitted_at", "DATE", "Day it was submitted to the leaderboard."),
  column("uploaded_at", "DATE", "Day it was uploaded to the Hub."),
  column("co2_kg", "DOUBLE", "Kilograms of CO₂ for the evaluation."),
  column(
    "context_length",
    "INTEGER",
    "Tokens of context that the model was made for; null where no source states it.",
  ),
  column("context_source", "VARCHAR", "Where context_length is stated."),
  column(
    "max_length",
    "INTEGER",
    "Tokens of context that the run had, as its result file records; null without such a file. Not the model's own.",
  ),
  column(
    "twin_of",
    "VARCHAR",
    "eval_id of the evaluation whose scores this one has, on all benchmarks, under another name; null for scores of its own, and for the first of those with the same. See table/twins.ts.",
  ),
];

const standing = ({ benchmarks }: Suite) => [
  column("average", "DOUBLE", `${averageWords(benchmarks)}, 0–100; null when one is missing.`),
  column(
    "rank",
    "INTEGER",
    "1 is the best average among rows not flagged; equal averages share a rank.",
  ),
];

/** Only where the suite says that scores were formed anew. */
const RESCORING = column(
  "rescoring_unchanged",
  "VARCHAR",
  "Benchmarks, by key and with commas between, whose newest re-scoring left this score as it was: not re-scored, or with the same result.",
);

/** Where the standard errors let it stand: see `rankRanges` in suite/uncertainty.ts. */
const UNCERTAINTY = [
  column(
    "rank_low",
    "INTEGER",
    "Best rank within the 95 % range; null without rank or without the standard error of a score.",
  ),
  column("rank_high", "INTEGER", "Worst rank within the 95 % range; null as rank_low."),
  column(
    "tie_group",
    "INTEGER",
    "1: not told apart from the best average; 2: not from the best of the rest; and so on.",
  ),
];

/** The columns of a suite's wide table: a row per evaluation. */
export function modelsColumns(suite: Suite): TableColumn[] {
  return wideColumns(suite).map((column) => {
    const notes = suite.column_notes.filter((n) => n.column === column.name).map((n) => n.note);
    return { ...column, description: [column.description, ...notes].join(" ") };
  });
}

function wideColumns(suite: Suite): TableColumn[] {
  const rescoring = suite.rescorings.length > 0 ? [RESCORING] : [];
  if (!suite.normalized) {
    const scores = suite.benchmarks.map((b) =>
      column(b.key, "DOUBLE", `${b.name}: per cent, as published.${scaleNote(b)}`),
    );
    return [...HEAD, ...rescoring, ...scores, ...standing(suite), ...extraColumns(suite)];
  }
  const scores = suite.benchmarks.flatMap((b) => [
    column(`${b.key}_raw`, "DOUBLE", `${b.name}: proportion correct, 0–1.${scaleNote(b)}`),
    column(b.key, "DOUBLE", `${b.name}: normalised score, 0–100 (guessing is 0).`),
    column(
      `${b.key}_stderr`,
      "DOUBLE",
      `${b.name}: standard error of the normalised score, points.${
        hasCopies(b)
          ? " Some questions are asked more than once: as if copies were answered alike."
          : ""
      }`,
    ),
  ]);
  return [
    ...HEAD,
    ...rescoring,
    ...standing(suite),
    ...UNCERTAINTY,
    ...scores,
    ...extraColumns(suite),
  ];
}

/** Columns that are no scores. */
function extraColumns({ extras }: Suite): TableColumn[] {
  return extras.map(({ key, name, unit, description }) =>
    column(
      key,
      "DOUBLE",
      `${name}${unit ? `, ${unit}` : ""}. ${description ?? ""} No score: it counts in no average.`.replace(
        "  ",
        " ",
      ),
    ),
  );
}

/** What 0 and 100 are, where a metric is no proportion; empty where it is. */
function scaleNote({ metrics }: Suite["benchmarks"][number]): string {
  return metrics
    .flatMap(({ name, scale }) =>
      scale ? [` Of ${name} from ${scale.worst} (worst) to ${scale.best} (best).`] : [],
    )
    .join("");
}

export const SCORES_COLUMNS = [
  EVAL_ID,
  column("suite", "VARCHAR", "Id of the suite."),
  column("benchmark", "VARCHAR", "Key of the benchmark."),
  column("subtask", "VARCHAR", "Harness task of a subtask; null for the benchmark itself."),
  column("metric", "VARCHAR", "Metric in the harness's results; several are averaged."),
  column("raw", "DOUBLE", "Proportion correct, 0–1."),
  column("normalized", "DOUBLE", "Score, 0–100; null where the suite does not normalise."),
  column(
    "stderr",
    "DOUBLE",
    "Standard error in points of the score; null where it cannot be known.",
  ),
  column(
    "stderr_source",
    "VARCHAR",
    "Where it is from. file: the run's own file; binomial: from raw and n; binomial_replaced: likewise, since what " +
      "the file has cannot belong to its value. Of several the least sure. Null without one, or where it is not known.",
  ),
  column("n", "INTEGER", "Number of questions asked: one that is asked twice counts twice."),
];

/** Of every evaluation and benchmark: what is known of the run behind the figure, and of its scoring. */
export const RUNS_COLUMNS = [
  EVAL_ID,
  column("suite", "VARCHAR", "Id of the suite."),
  column("benchmark", "VARCHAR", "Key of the benchmark."),
  column(
    "source",
    "VARCHAR",
    "Result file of the run; null where only a table has the figure: see sources.parquet.",
  ),
  column(
    "day",
    "DATE",
    "Day of the run; null where its file does not say it, or only that of a later scoring of its answers.",
  ),
  column(
    "written",
    "DATE",
    "Day that the file is named by: of the run, or of a later scoring of its answers.",
  ),
  column("first_seen", "DATE", "First known day on which the table had this evaluation."),
  column(
    "score_since",
    "DATE",
    "First known day since which the table has this benchmark's score unchanged.",
  ),
  column(
    "answers_since",
    "DATE",
    "First known day on which the table has a score of the same answers: re-scorings change the score, not the answers.",
  ),
  column(
    "rescoring",
    "VARCHAR",
    "Of the suite's re-scorings of this benchmark that came after these answers: changed; unchanged, so not re-scored or the same; null where there was none or it is not known.",
  ),
  column(
    "run_epoch",
    "VARCHAR",
    "Epoch of the suite in which the answers were made; null where that cannot be told.",
  ),
  column(
    "epoch",
    "VARCHAR",
    "Epoch of the suite in which the score was formed of them; null where that cannot be told.",
  ),
  column(
    "git_hash",
    "VARCHAR",
    "Commit of the folder that the run was started in, not always the harness's.",
  ),
  column("harness_version", "VARCHAR", "lm_eval_version of the file."),
  column("transformers_version", "VARCHAR", "Version of transformers."),
  column("max_length", "INTEGER", "Tokens of context that the run had room for."),
  column("seconds", "DOUBLE", "Seconds of the whole run, all tasks of its file together."),
  column("chat_template_sha", "VARCHAR", "Digest of the chat template."),
  column("random_seed", "INTEGER", "Seed of Python's random."),
  column("numpy_seed", "INTEGER", "Seed of NumPy."),
  column("torch_seed", "INTEGER", "Seed of PyTorch."),
  column("fewshot_seed", "INTEGER", "Seed of the choice of examples."),
  column("batch_size", "VARCHAR", "As asked for: a number, or auto."),
  column("device", "VARCHAR", "As asked for."),
  column("n_shot", "INTEGER", "Examples put before each question, as the file says."),
];

/** Of the embedded snapshot: what public sources state of models' contexts. */
export const CONTEXT_COLUMNS = [
  column("model", "VARCHAR", "Name on the Hub, OWNER/NAME."),
  column("context_length", "INTEGER", "Tokens."),
  column("source", "VARCHAR", "REPOSITORY:FILE that states it."),
  column("license", "VARCHAR", "Licence of that source."),
  column("note", "VARCHAR", "How it states it."),
];

export const SOURCES_COLUMNS = [
  EVAL_ID,
  column("suite", "VARCHAR", "Id of the suite."),
  column(
    "source",
    "VARCHAR",
    "Where the newest figures are from: DATASET/PATH of a dataset of the Hub, at the commit that the " +
      "manifest names, or FOLDER/FILE, with #ROW for a row of a table.",
  ),
  column(
    "benchmarks",
    "VARCHAR",
    "Keys of the benchmarks that are from there, where an evaluation comes of several: it then has a row for each source, the newest first. Null: all of them.",
  ),
];

/** The score columns of `intervals.parquet`: of each benchmark raw and score, or the score alone. */
export function intervalValues(suite: Suite): TableColumn[] {
  return suite.benchmarks.flatMap((b) =>
    suite.normalized
      ? [
          column(`${b.key}_raw`, "DOUBLE", `${b.name}: proportion correct, 0–1, as published.`),
          column(b.key, "DOUBLE", `${b.name}: normalised score, 0–100, as published.`),
        ]
      : [column(b.key, "DOUBLE", `${b.name}: per cent, as published.`)],
  );
}

/** Stretches of known days on which nothing of an evaluation changed: the table of every day, compact. */
export function intervalsColumns(suite: Suite): TableColumn[] {
  return [
    EVAL_ID,
    column("first_day", "DATE", "First day of `days.parquet` on which the table had these scores."),
    column(
      "last_day",
      "DATE",
      "Last such day: the table of day D has the rows with first_day ≤ D ≤ last_day.",
    ),
    column("flagged", "BOOLEAN", "Whether its scores were in doubt then: no rank."),
    column("average", "DOUBLE", "Average, in all digits that any of these days published."),
    ...intervalValues(suite),
  ];
}

/** Beside the columns of `intervals.parquet`: found from all of them. */
export const RENAMED_TO = column(
  "renamed_to",
  "VARCHAR",
  "`eval_id` that it has had since under its model's last other name: the same commit, evaluated in the same way; null where it kept its name.",
);

export const DAYS_COLUMNS = [
  column("as_of", "DATE", "A day on which the whole table is known."),
  column("rows", "INTEGER", "Its evaluations."),
  column(
    "digits",
    "INTEGER",
    "Digits after the point that it was published with; null where it was not rounded.",
  ),
  column("source", "VARCHAR", "Where the table is from."),
  column("sha256", "VARCHAR", "Digest of its file; null where it is none."),
];

export const HISTORY_COLUMNS = [
  column("as_of", "DATE", "Day of the dated table: one of `days.parquet`."),
  EVAL_ID,
  column("average", "DOUBLE", "Average as published that day, with as many digits."),
  column("rank", "INTEGER", "Rank among that day's rows that were not flagged."),
];

/**
 * Written where a source has submissions. Who sent one in is read and not written, as nothing here needs
 * it: the order of the queue needs to know which are of the same account, and a number says that. So a
 * dated snapshot stays as it is when somebody wants their name taken out of the dataset.
 */
export const REQUESTS_COLUMNS = [
  column("model", "VARCHAR", "Name on the Hub, OWNER/NAME."),
  column("revision", "VARCHAR", "Commit or branch that was submitted."),
  column("precision", "VARCHAR", "Number format of the weights that was asked for."),
  column("weight_type", "VARCHAR", "Original, Adapter or Delta weights."),
  column("model_type", "VARCHAR", "As in the wide tables."),
  column("base_model", "VARCHAR", "The model that an adapter or a delta goes on top of."),
  column("architecture", "VARCHAR", "Class named in the model's config."),
  column("params_b", "DOUBLE", "Billions of parameters."),
  column("chat_template", "BOOLEAN", "Whether prompts are to be wrapped in the chat template."),
  column(
    "status",
    "VARCHAR",
    "PENDING, RUNNING, FINISHED, FAILED, CANCELLED, or whatever its file says in their place.",
  ),
  column("submitted_at", "VARCHAR", "When it was submitted: ISO 8601, UTC."),
  column("started_at", "VARCHAR", "When its job began: ISO 8601, UTC; null before."),
  column("job_id", "VARCHAR", "Number of its job; null before."),
  column("path", "VARCHAR", "Its file in the dataset of requests."),
  column(
    "branch",
    "VARCHAR",
    "Branch or tag that it was submitted under, where revision is the commit that it had; null where it is not known.",
  ),
  column(
    "submitter",
    "INTEGER",
    "Who sent it in: a number for each account, of this table only. Null where it is not known.",
  ),
  column(
    "pull_request",
    "INTEGER",
    "Pull request of that dataset that it came by; null without one.",
  ),
  column(
    "tries",
    "INTEGER",
    "Jobs that were begun for it, except those that their runner's owner stopped; null where its runner does not say.",
  ),
  column(
    "progress",
    "VARCHAR",
    "How far its job is, and when that was noted; null where none runs.",
  ),
  column(
    "ended_at",
    "VARCHAR",
    "When it ended: ISO 8601, UTC; null before, and where it is not known.",
  ),
  column(
    "cause",
    "VARCHAR",
    "Why it failed or was put back, as one of the runner's kinds: see core/queue/failures.ts.",
  ),
  column("why", "VARCHAR", "The same in a sentence for its submitter."),
  column(
    "timeline",
    "VARCHAR",
    "Earlier requests for the same model, precision and weights, oldest first: JSON, a list of revision, status, submitted_at, ended_at, why. Null without any.",
  ),
];

/**
 * Written where a source has votes. Who voted is a number, as the sender is above, and a pseudonym where
 * whoever made the tables has a key. Not which pull request a vote came by: that has the name on it.
 */
export const VOTES_COLUMNS = [
  column("model", "VARCHAR", "Name on the Hub, OWNER/NAME."),
  column("revision", "VARCHAR", "Revision that was voted for: a row for each voter."),
  column("voted_at", "VARCHAR", "When: ISO 8601, UTC; the first time where there are several."),
  column(
    "precision",
    "VARCHAR",
    "Precision that was voted for; null: any, in votes that name none.",
  ),
  column(
    "voter",
    "VARCHAR",
    "Who voted: the same pseudonym in all tables of these maintainers, 16 hex digits of a keyed digest; the account's name where the leaderboard says so and the vote is proven; else null.",
  ),
  column("account", "INTEGER", "Who voted: a number for each account, of this table only."),
  column(
    "proven",
    "BOOLEAN",
    "Whether the account's own pull request made the vote; else only a file says that it is that account's.",
  ),
];

/**
 * What was known of the models when a snapshot was made, a document beside its tables. A cache may be
 * lost at any time; from here its facts come back, also of models that nobody can ask about any more.
 * Parquet, for it is kept with every dated snapshot: of 10,911 models it takes 0.37 MB, JSON would 3.1.
 */
export const FACTS_FILE = "facts.parquet";

/** The fields of `ModelFacts`. */
export const FACTS_COLUMNS = [
  column("model", "VARCHAR", "Name as the tables have it, OWNER/NAME."),
  column("checked_at", "VARCHAR", "When the Hub was last asked: ISO 8601, UTC."),
  column(
    "known_at",
    "VARCHAR",
    "When the Hub last had it, which all but on_hub and gone_at are of: ISO 8601, UTC; null where it never did.",
  ),
  column("on_hub", "BOOLEAN", "Whether it was there when the Hub was last asked."),
  column("gone_at", "DATE", "Day on which it was first found to be gone; null while it is there."),
  column("renamed_to", "VARCHAR", "Its name on the Hub, where that is another."),
  column("sha", "VARCHAR", "Commit of its repository."),
  column("likes", "INTEGER", "Likes."),
  column("license", "VARCHAR", "Licence as its card states it."),
  column("base_models", "VARCHAR", "The models it was made from, as its card names them: JSON."),
  column("params", "DOUBLE", "Number of parameters, from its safetensors files."),
  column("context_length", "INTEGER", "Tokens of context, from its config."),
];

/** Of the dataset of samples, which is many files: `samples/part-I-of-N.parquet`. */
export const SAMPLES_COLUMNS = [
  column("model", "VARCHAR", "Name on the Hub, OWNER/NAME."),
  column("task", "VARCHAR", "Harness task."),
  column("run", "VARCHAR", "Time of the run, as in the name of its file."),
  column("doc_id", "INTEGER", "Number of the question in its task."),
  column("doc_hash", "VARCHAR", "Digest of the question, where the harness gives one."),
  column("filter", "VARCHAR", "Filter that the answers went through."),
  column("metric", "VARCHAR", "Metric: one row for each."),
  column("value", "DOUBLE", "Its value for this question; of a list, the mean."),
  column("target", "VARCHAR", "The right answer, cut at 2,000 characters."),
  column("response", "VARCHAR", "The filtered answer, as JSON where it is not text, cut likewise."),
];
