import type { Epoch, Rescoring, Suite } from "../records/suite.ts";
import { epochOf, type Scoring } from "./rescoring.ts";

/** What is known of when a figure was made. Days are ISO dates; unknown is null. */
export interface Known {
  /** Of the run, as its file says it. */
  day: string | null;
  /** Commit that the file names, whole or its first digits. */
  git_hash: string | null;
  /** When the evaluation was asked for. */
  submitted: string | null;
}

/** With which harness something was made. */
export interface Made {
  /** Null where it cannot be told. */
  epoch: Epoch | null;
  /** What tells it: the file's commit, the day in the file, or the days between which it must have been. */
  by: "commit" | "file" | "days" | null;
  /** The harness's commit: the one that the file names, else the epoch's. */
  commit: string | null;
  /** Epochs that it may be of, oldest first; one where it is known, none where the suite has none. */
  candidates: Epoch[];
}

type Epochs = Pick<Suite, "epochs">;

/** A row of `runs.parquet`, as far as it tells who made the figure. */
export interface FigureRow extends Omit<Scoring, "after">, Pick<Known, "day" | "git_hash"> {
  benchmark: string;
}

/** Figures whose answers were made by one harness, and scored by one. */
export interface Origin {
  /** Benchmarks, in the suite's order. */
  keys: string[];
  answers: Made;
  score: Made;
  /** The newest re-scoring that came after the evaluation, and whether it moved the score. */
  after: Rescoring | null;
  rescoring: Scoring["rescoring"];
}

/**
 * Which harness made and scored what of one evaluation; the most benchmarks first.
 *
 * @param submitted day on which the evaluation was asked for
 * @param asOf day of the tables
 */
export function originsOf(
  suite: Pick<Suite, "epochs" | "rescorings">,
  rows: readonly FigureRow[],
  submitted: string | null,
  asOf: string,
): Origin[] {
  const origins = new Map<string, Origin>();
  for (const { benchmark, day, git_hash, ...row } of rows) {
    const after = rescoringAfter(suite.rescorings, benchmark, row.answers_since, asOf);
    const scoring = { ...row, after };
    const answers = answersBy(suite, scoring, { day, git_hash, submitted });
    const score = scoreBy(suite, scoring, answers);
    const same = JSON.stringify([answers, score, after, row.rescoring]);
    const origin = origins.get(same);
    if (origin) origin.keys.push(benchmark);
    else origins.set(same, { keys: [benchmark], answers, score, after, rescoring: row.rescoring });
  }
  return [...origins.values()].sort((a, b) => b.keys.length - a.keys.length);
}

function rescoringAfter(
  rescorings: readonly Rescoring[],
  benchmark: string,
  since: string | null,
  asOf: string,
): Rescoring | null {
  if (since === null) return null;
  const own = rescorings.filter((r) => r.benchmark === benchmark);
  return own.findLast(({ day }) => day > since && day <= asOf) ?? null;
}

/** With which harness the answers behind a figure were made. */
export function answersBy({ epochs }: Epochs, scoring: Scoring, known: Known): Made {
  for (const epoch of epochs) {
    const commit = commitIn(epoch, known.git_hash);
    if (commit) return { epoch, by: "commit", commit, candidates: [epoch] };
  }
  if (known.day) return made([epochOf({ epochs }, known.day)], "file");
  const until = scoring.answers_since;
  const from = known.submitted && until && known.submitted > until ? null : known.submitted;
  const within = between(epochs, from, until);
  return made(within, from && until ? "days" : null);
}

/**
 * With which harness the figure was formed of the answers. Where a re-scoring came after the
 * evaluation and did not move the score, it may have passed it over or come to the same.
 */
export function scoreBy({ epochs }: Epochs, scoring: Scoring, answers: Made): Made {
  const { after, rescoring, answers_since, score_since } = scoring;
  if (!after) return answers;
  const anew = epochOf({ epochs }, after.day);
  if (rescoring === "changed") return made([anew], "days");
  // An earlier re-scoring moved it.
  const moved = answers_since && score_since && score_since > answers_since;
  const before = moved ? [epochOf({ epochs }, score_since)] : answers.candidates;
  return made([...before, anew], answers.by ?? "days");
}

/** Digits by which git tells commits apart in short. */
const SHORT = 7;

function commitIn({ commit, commits }: Epoch, hash: string | null): string | null {
  if (!hash || hash.length < SHORT) return null;
  return [...(commit ? [commit] : []), ...commits].find((c) => c.startsWith(hash)) ?? null;
}

/** The epochs of which some day lies between two; a day that is not known bounds nothing. */
function between(epochs: readonly Epoch[], from: string | null, until: string | null): Epoch[] {
  return epochs.filter(({ since }, i) => {
    const end = epochs[i + 1]?.since;
    return (!until || !since || since <= until) && (!from || !end || end > from);
  });
}

function made(epochs: (Epoch | null)[], by: Made["by"]): Made {
  const candidates = [...new Set(epochs)].filter((e) => e !== null);
  const epoch = candidates.length === 1 && by ? candidates[0]! : null;
  return { epoch, by: epoch && by, commit: epoch?.commit ?? null, candidates };
}
