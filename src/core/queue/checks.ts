import { byteSize, count, plural } from "../table/format.ts";
import { estimateOf } from "./estimate.ts";
import { isThere, type Missing, type ModelFacts, type SubmissionFacts } from "./facts.ts";
import { loading } from "./loading.ts";
import { hasWrong, isTakenForModel, type Objection, plain, quoted } from "./objection.ts";
import type { QueueRules } from "./rules.ts";
import type { Submission } from "./submission.ts";
import type { Transformers } from "./transformers.ts";

export type { Objection, ObjectionId } from "./objection.ts";

/** An evaluation that there is, or a request: who, and how. Unknown is null. */
export interface Evaluated {
  model: string;
  revision: string | null;
  precision: string | null;
  weight_type: string | null;
  chat_template: boolean | null;
  /** Of an adapter or delta weights, whose `revision` is a branch: the commit that it stood for, where it is known. */
  commit?: string | null;
}

/** What the leaderboard knows. */
export interface Known {
  evaluated: readonly Evaluated[];
  /** All requests, with their status. */
  requests: readonly (Evaluated & { status: string })[];
  /** When the author's own submissions were made, ISO 8601. */
  recent: readonly string[];
  /** Milliseconds since 1970. */
  now: number;
  /** What the suite's harness loads models by. */
  transformers: Transformers;
  /**
   * Who asked for the facts. What a visitor may not read of a gated model is no objection: the runner may,
   * and whoever collects asks again as the runner.
   */
  reader: "visitor" | "runner";
}

type Rules = Pick<QueueRules, "per_author" | "largest" | "never" | "precisions">;

/** Characters that a card has at least; the original leaderboard's number. */
export const LEAST_CARD = 200;

/**
 * All that stands against a submission; nothing keeps the rest from being said. Pure, and the same in the
 * browser, before a pull request is opened, and for whoever collects it.
 */
export function objectionsTo(
  submission: Submission,
  facts: SubmissionFacts,
  known: Known,
  rules: Rules,
): Objection[] {
  const { model, base } = facts;
  return [
    ...neverList(submission, rules),
    ...precisionOffered(submission, rules),
    ...presence(submission.model, submission.revision, model, known),
    ...(base ? baseObjections(submission, base, known) : []),
    ...(isThere(model) ? ofModel(submission, model) : []),
    ...loading(submission, facts, known.transformers),
    ...size(submission, facts, known, rules),
    ...(isThere(model) ? repetition(submission, model, known) : []),
    ...tooMany(known, rules),
  ].map(({ id, what, fix }) => ({ id, what: plain(what), fix: plain(fix) }));
}

function neverList({ model }: Submission, { never }: Rules): Objection[] {
  const asked = model.toLowerCase();
  return never
    .filter(({ name }) => [asked, asked.split("/")[0]].includes(name.toLowerCase()))
    .map(({ name, reason }) => ({
      id: "never",
      what: `${name} is on the list of what is not evaluated here: ${reason}`,
      fix: "If you think that it should not be, open a discussion with the maintainers.",
    }));
}

function precisionOffered({ precision }: Submission, { precisions }: Rules): Objection[] {
  if (precisions.includes(precision)) return [];
  return [
    {
      id: "precision",
      what: `Nothing is evaluated in ${precision} here.`,
      fix: `Choose ${precisions.join(", ")}.`,
    },
  ];
}

/** Whether a model can be had at all, by whoever evaluates it. */
function presence(
  name: string,
  revision: string,
  facts: ModelFacts | Missing,
  known: Known,
): Objection[] {
  if (!isThere(facts)) {
    if (facts.missing === "answer") return [unreadable(name, facts.why)];
    return facts.missing === "model"
      ? [
          {
            id: "missing",
            what: `${name} is not on the Hub, or it is private.`,
            fix: "Check the name. If the model is private, make it public.",
          },
        ]
      : [
          {
            id: "revision",
            what: `${name} has no branch, tag or commit ${quoted(revision)}.`,
            fix: "Check the revision: main is the usual one.",
          },
        ];
  }
  const all: Objection[] = [];
  if (facts.name !== name) {
    all.push({
      id: "renamed",
      what: `${name} is called ${facts.name} on the Hub.`,
      fix: `Submit it as ${facts.name}.`,
    });
  }
  if (facts.private) {
    all.push({ id: "private", what: `${name} is private.`, fix: "Make it public." });
  }
  if (facts.disabled) {
    all.push({
      id: "disabled",
      what: `${name} was disabled by the Hub.`,
      fix: "Its page on the Hub says why. Submit it when it is back.",
    });
  }
  if (!facts.readable && known.reader === "runner") {
    all.push({
      id: "gated",
      what: `${name} is gated, and the leaderboard has no access to its files.`,
      fix: "Open it, or accept the leaderboard's account on the model's page, and submit it again.",
    });
  }
  for (const { file, what } of facts.wrong) {
    all.push({
      id: "file",
      what: `The ${file} of ${name} ${what}.`,
      fix: "Mend the file, and submit the commit with the mended one.",
    });
  }
  return all;
}

function unreadable(name: string, why: string): Objection {
  return {
    id: "unreadable",
    what: `What the Hub says of ${name} cannot be read: it ${why}.`,
    fix: "If its repository has very many files, put the model alone in another; else ask in a discussion.",
  };
}

/** The base is loaded by the submission's revision, which has to be there. */
function baseObjections(
  { base_model, revision }: Submission,
  base: ModelFacts | Missing,
  known: Known,
): Objection[] {
  const name = base_model ?? "";
  if (isThere(base)) {
    // Its card is not what is submitted.
    const wrong = base.wrong.filter(({ file }) => file !== "README.md");
    return presence(name, revision, { ...base, wrong }, known);
  }
  if (base.missing !== "revision") return presence(name, revision, base, known);
  return [
    {
      id: "revision",
      what: `The base model ${name} has no revision ${quoted(revision)}; the harness loads both with one.`,
      fix: "Put what you submit on a branch that its base has too: main.",
    },
  ];
}

/** What the submitted repository itself must have, whether it is a whole model or a part of one. */
function ofModel(submission: Submission, facts: ModelFacts): Objection[] {
  const { model, weight_type, base_model } = submission;
  const all: Objection[] = [];
  if (facts.license === null) {
    all.push({
      id: "license",
      what: `The card of ${model} names no licence.`,
      fix: "Put license: into the head of its README.md, or license: other with license_name and license_link.",
    });
  }
  if (facts.readable && !facts.wrong.some(({ file }) => file === "README.md")) {
    all.push(...card(model, facts.card));
  }
  const isAdapter = weight_type === "Adapter";
  if (isAdapter && facts.readable && facts.adapterOf === null && !hasWrong(facts, "adapter")) {
    all.push({
      id: "adapter",
      what: `${model} has no adapter_config.json, so it is no adapter.`,
      fix: "Choose the weight type Original or Delta, or add the file that PEFT writes.",
    });
  }
  // A path of somebody's disk says nothing.
  const of = facts.adapterOf ?? "";
  const isNamed = /^[\w.-]+\/[\w.-]+$/.test(of) && of.toLowerCase() !== base_model?.toLowerCase();
  if (isAdapter && isNamed) {
    all.push({
      id: "adapter",
      what: `${model} was made for ${quoted(of)}, says its adapter_config.json, and not for ${base_model}.`,
      fix: "Choose that base model, or mend the file.",
    });
  }
  if (isTakenForModel(submission, facts)) {
    all.push({
      id: "adapter",
      what: `${model} is an adapter: it has an adapter_config.json and no model's weights.`,
      fix: "Choose the weight type Adapter, and name its base model.",
    });
  }
  return all;
}

function card(model: string, length: number | null): Objection[] {
  if (length !== null && length >= LEAST_CARD) return [];
  const has = length === null ? "no card" : `a card of ${plural(length, "character")}`;
  return [
    {
      id: "card",
      what: `${model} has ${has}, without its head; ${LEAST_CARD} are needed.`,
      fix: "Describe in its README.md what the model is, how it was made and what it is for.",
    },
  ];
}

function size(
  submission: Submission,
  facts: SubmissionFacts,
  { reader }: Known,
  { largest: { memory_gb } }: Rules,
): Objection[] {
  const estimate = estimateOf(submission, facts, null, 1);
  if (estimate !== null) {
    if (memory_gb === null || estimate.memory <= memory_gb * 1e9) return [];
    return [
      {
        id: "size",
        what: `${submission.model} needs about ${byteSize(estimate.memory)} of memory in ${submission.precision}; ${count(memory_gb)} GB are the most that can be had here.`,
        fix: "Choose a precision that takes less memory, or a smaller model.",
      },
    ];
  }
  if (reader === "visitor") return [];
  return thoseThere(facts)
    .filter(isUncounted)
    .map(({ name }) => ({
      id: "size",
      what: `How many parameters ${name} has cannot be told from its files.`,
      fix: "Save it with save_pretrained of a recent transformers, upload that, and submit its commit.",
    }));
}

function thoseThere({ model, base }: SubmissionFacts): ModelFacts[] {
  return [model, base].filter((facts) => facts !== null).filter(isThere);
}

/** Whether weights are there, and nothing wrong with them, and yet it is not known how many. */
function isUncounted(facts: ModelFacts): boolean {
  const { files, missing } = facts.weights;
  const isWhole = files.length > 0 && missing.length === 0 && !hasWrong(facts, ".safetensors");
  return facts.params === null && facts.readable && isWhole;
}

/** Whether two names are one model's: the Hub takes capital and small letters for the same. */
function sameModel(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function repetition(
  submission: Submission,
  { commit, name }: ModelFacts,
  known: Known,
): Objection[] {
  const { model, precision, weight_type, use_chat_template } = submission;
  const alike = (e: Evaluated) =>
    (sameModel(e.model, model) || sameModel(e.model, name)) &&
    e.precision === precision &&
    (e.weight_type ?? "Original") === weight_type;
  const same = (e: Evaluated) =>
    alike(e) &&
    (e.commit ?? e.revision) === commit &&
    (e.chat_template === null || e.chat_template === use_chat_template);
  const isEvaluated =
    known.evaluated.some(same) || known.requests.some((r) => r.status === "FINISHED" && same(r));
  const waits = known.requests.find(
    (r) => (r.status === "PENDING" || r.status === "RUNNING") && alike(r),
  );
  const all: Objection[] = [];
  const what = `${model} in ${precision}`;
  if (isEvaluated) {
    all.push({
      id: "evaluated",
      what: `${what} was evaluated at this very commit, ${commit.slice(0, 8)}.`,
      fix: "Submit another commit or precision. If you doubt its scores, open a discussion.",
    });
  }
  if (waits) {
    const isSame =
      (waits.commit ?? waits.revision) === commit || waits.revision === submission.revision;
    const which = isSame
      ? "at this revision"
      : `at another revision, ${quoted(waits.revision ?? "?")},`;
    all.push({
      id: "queued",
      what: `${what} ${waits.status === "RUNNING" ? "is being evaluated" : "waits in the queue"} ${which} already.`,
      fix: isSame
        ? "Nothing is left to do: vote for it, if it should be sooner."
        : "Wait until that is done, or ask for it to be withdrawn.",
    });
  }
  return all;
}

const DAY = 86_400_000;

function tooMany({ recent, now }: Known, { per_author }: Rules): Objection[] {
  const { requests, days } = per_author;
  const times = recent
    .map((time) => Date.parse(time))
    .filter((time) => time > now - days * DAY)
    .sort((a, b) => b - a);
  const last = times[requests - 1];
  if (last === undefined) return [];
  const again = new Date(last + days * DAY).toISOString().slice(0, 16).replace("T", " ");
  return [
    {
      id: "per-author",
      what: `You have submitted ${plural(times.length, "model")} in the last ${plural(days, "day")}; ${requests} are allowed, so that everybody gets a turn.`,
      fix: `Submit it again after ${again} UTC.`,
    },
  ];
}

/** What is still to be found out by whoever collects: sentences, for the visitor. */
export function leftToCollector(facts: SubmissionFacts): string[] {
  return thoseThere(facts).flatMap((model) => {
    if (!model.readable) {
      return `${model.name} is gated, and its files cannot be read from here: whether the leaderboard may read them, and whether they can be loaded, is checked when your submission is collected.`;
    }
    return isUncounted(model)
      ? `How many parameters ${model.name} has cannot be told from here: that is checked when your submission is collected.`
      : [];
  });
}
