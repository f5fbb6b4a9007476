import { downloadFile, modelInfo, whoAmI } from "@huggingface/hub";
import { baseModelsOf, licenseOf } from "../../core/records/card.ts";
import { count, modelName } from "../../core/records/evaluation.ts";
import type { ModelFacts } from "../../core/records/facts.ts";
import { sha1 } from "../../core/records/listing.ts";
import { cleanText } from "../../core/records/text.ts";
import { UserError } from "../../core/records/user-error.ts";
import { readFacts, writeFacts } from "../cache/facts.ts";
import { dueAgain, type Failure, readFailures, writeFailures } from "../cache/failures.ts";
import type { Cache } from "../cache/open.ts";
import { whileMarked } from "../cache/tmp.ts";
import { inParallel } from "../net/parallel.ts";
import { EndsRun, Fault } from "../net/patience.ts";
import { oddAnswer, readable } from "./answer.ts";
import { type Hub, instantOf } from "./connection.ts";
import { type Checked, hasGone, tooManyGone } from "./gone.ts";
import { TooLong, UNSIGNED } from "./hub.ts";
import { explainRefusal, isNotVisible, Refusal } from "./refusal.ts";

export interface FactsOptions {
  /** Models of the leaderboard: of those with facts as old, the first are asked about first. */
  models: readonly string[];
  /** Facts younger than this are left alone. */
  days: number;
  /** At most so many models are asked about, those with the oldest facts first. */
  limit: number;
  /** What a snapshot has published of them: the cache may have lost it. */
  published?: readonly ModelFacts[];
  /** Lets any number of models go at once, see `tooManyGone`. */
  allowGone?: boolean;
}

/** What a refresh did. */
export interface FactsReport {
  models: number;
  /** Left alone, being young. */
  young: number;
  asked: number;
  /** Due, but over the limit. */
  left: number;
  /** Newly found to be gone, and to be there again. */
  gone: string[];
  back: string[];
  /** Newly found under another name. */
  renamed: { model: string; name: string }[];
  /** About which nothing could be had this time, and since when that is so. */
  failed: ({ model: string } & Failure)[];
  /** Left alone, since nothing could be had about them the last time. */
  resting: number;
}

const DAY = 86_400_000;

/** So many models in a row of which nothing is to be had are no fault of theirs: it is the Hub's. */
const TOO_MANY = 20;

/** So many models' facts are lost at most when a refresh is killed; of those that have gone, all. */
const BATCH = 100;

/**
 * Asks the Hub about the models whose facts are oldest, and keeps what it says in the cache. What
 * has come is written every hundred models, and also when it ends early; which models have gone,
 * only at the end, when it is known how many.
 *
 * A model of which nothing can be had costs itself: it is named in the report, and asked about again later
 * and later, see `dueAgain`. Where nothing is to be had of twenty in a row, or of all, it is the Hub's fault.
 *
 * @param onModel told how many of how many are done
 * @throws UserError where the Hub refuses, does not answer in time, or knows too few of the models
 */
export async function refreshFacts(
  hub: Hub,
  cache: Cache,
  options: FactsOptions,
  onModel: (done: number, of: number) => void = () => {},
): Promise<FactsReport> {
  return whileMarked(cache.dir, "pull", async () => {
    if (options.published?.length) await writeFacts(cache.dir, options.published);
    const known = await readFacts(cache.dir);
    const failures = await readFailures(cache.dir);
    const failing = failures.size;
    const plan = planOf(options, known, failures, hub.patience.clock.now());
    const { asked } = plan;
    const report: FactsReport = {
      ...plan,
      asked: asked.length,
      gone: [],
      back: [],
      renamed: [],
      failed: [],
    };
    if (asked.length > 0) await checkToken(hub);
    const fresh: ModelFacts[] = [];
    const answers: Checked[] = [];
    /** Models of which nothing was to be had since the last answer. */
    const row: { model: string; error: UserError }[] = [];
    const keep = () => writeFacts(cache.dir, fresh.splice(0));
    const blame = () => {
      const now = instantOf(hub);
      for (const { model, error } of row.splice(0)) {
        const failure = failedAgain(failures.get(model), now, error);
        failures.set(model, failure);
        report.failed.push({ model, ...failure });
      }
    };
    let tooMany: UserError | null = null;
    try {
      await inParallel(hub.patience.concurrency, asked, async (model) => {
        const before = known.get(model);
        const now = await factsOf(hub, model, before).catch((error) => {
          row.push({ model, error: ownError(hub, model, error) });
          if (row.length >= TOO_MANY) throw row[0]!.error;
          return null;
        });
        if (now === null) return;
        answers.push({ before, now });
        failures.delete(model);
        blame();
        note(report, before, now);
        if (!hasGone({ before, now })) fresh.push(now);
        onModel(answers.length + report.failed.length, asked.length);
        if (fresh.length >= BATCH) await keep();
      });
      if (answers.length === 0 && row.length > 0) throw row[0]!.error;
      blame();
    } finally {
      tooMany = options.allowGone ? null : tooManyGone(answers, hub.settings.endpoint);
      if (!tooMany) fresh.push(...answers.filter(hasGone).map(({ now }) => now));
      if (fresh.length > 0) await keep();
      if (report.failed.length > 0 || failures.size < failing)
        await writeFailures(cache.dir, failures);
    }
    if (tooMany) throw tooMany;
    return report;
  });
}

/** Who is asked about, oldest facts first, and who is not. */
function planOf(
  options: FactsOptions,
  known: ReadonlyMap<string, ModelFacts>,
  failures: ReadonlyMap<string, Failure>,
  now: number,
) {
  const limit = new Date(now - options.days * DAY).toISOString();
  const models = [...new Set(options.models)].filter((m) => modelName.safeParse(m).success);
  const old = models.filter((model) => (known.get(model)?.checked_at ?? "") < limit);
  const due = old.filter((model) => {
    const failure = failures.get(model);
    return !failure || dueAgain(failure) <= now;
  });
  // One that failed has had its turn: it must not stand first for ever.
  const asked = new Map(
    due.map((m) => [m, failures.get(m)?.last ?? known.get(m)?.checked_at ?? ""]),
  );
  due.sort((a, b) => {
    const [one, other] = [asked.get(a)!, asked.get(b)!];
    return one < other ? -1 : one > other ? 1 : 0;
  });
  return {
    models: models.length,
    young: models.length - old.length,
    resting: old.length - due.length,
    asked: due.slice(0, options.limit),
    left: Math.max(0, due.length - options.limit),
  };
}

function failedAgain(before: Failure | undefined, now: string, error: UserError): Failure {
  const why = cleanText(error.message).slice(0, 2000);
  return { since: before?.since ?? now, last: now, times: (before?.times ?? 0) + 1, why };
}

/**
 * What of an error is one model's own.
 *
 * @throws what is not: the time or the token is over, somebody stops it, or the program is at fault
 */
function ownError(hub: Hub, model: string, error: unknown): UserError {
  if (hub.patience.signal?.aborted || error instanceof EndsRun) throw error;
  if (error instanceof UserError) return error;
  if (error instanceof Fault)
    return new UserError(`The Hub did not give ${model}: ${error.message}.`);
  throw error;
}

/** A token that has expired must not make every model look gone: it is found out before. */
async function checkToken(hub: Hub): Promise<void> {
  if (!hub.settings.token) return;
  try {
    await readable(hub, "the token", () => whoAmI({ ...hub.client, accessToken: "hf_in_fetch" }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw await explainRefusal(hub, error, { type: "model", name: "", action: "read" });
  }
}

function note(report: FactsReport, before: ModelFacts | undefined, facts: ModelFacts): void {
  const { model, on_hub, renamed_to } = facts;
  if (hasGone({ before, now: facts })) report.gone.push(model);
  if (on_hub && before?.on_hub === false) report.back.push(model);
  if (renamed_to && before?.renamed_to !== renamed_to) {
    report.renamed.push({ model, name: renamed_to });
  }
}

/** What the Hub says now, on top of what was known before. */
async function factsOf(
  hub: Hub,
  model: string,
  before: ModelFacts | undefined,
): Promise<ModelFacts> {
  const at = instantOf(hub);
  const info = await infoOf(hub, model);
  if (info === null) {
    const nothing = { sha: null, likes: null, license: null, params: null, context_length: null };
    return {
      ...{ renamed_to: null, known_at: null, base_models: [], ...nothing },
      ...before,
      model,
      checked_at: at,
      on_hub: false,
      gone_at: before?.gone_at ?? at.slice(0, 10),
    };
  }
  const name = modelName.safeParse(info.name).data ?? model;
  // The same commit has the same config.
  const same = info.sha !== undefined && before?.sha === info.sha;
  const length = same ? before.context_length : null;
  return {
    model,
    checked_at: at,
    known_at: at,
    on_hub: true,
    gone_at: null,
    renamed_to: name === model ? null : name,
    sha: info.sha ?? null,
    likes: count.safeParse(info.likes).data ?? null,
    license: licenseOf(info.cardData, info.tags),
    base_models: baseModelsOf(info.cardData),
    params: paramsOf(info.safetensors),
    context_length: length ?? (await contextLengthOf(hub, name)),
  };
}

/** @returns null where the model is gone, private or switched off: nobody can load it */
async function infoOf(hub: Hub, name: string) {
  try {
    const info = await readable(hub, `the model ${name}`, () =>
      modelInfo({
        ...hub.client,
        name,
        additionalFields: ["sha", "cardData", "safetensors", "tags"],
      }),
    );
    // An answer without them is about no model: what is known must not be written over with it.
    if (modelName.safeParse(info.name).success && sha1.safeParse(info.sha).success) return info;
    throw oddAnswer(hub, `the model ${name}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (isNotVisible(hub, error) || /is disabled/i.test(error.said)) return null;
    throw await explainRefusal(hub, error, { type: "model", name, action: "read" });
  }
}

/** The sum over all tensors. Packed weights of quantised models count as what they are packed in. */
export function paramsOf(safetensors: unknown): number | null {
  const { total } = (safetensors ?? {}) as Record<string, unknown>;
  return typeof total === "number" && Number.isSafeInteger(total) && total > 0 ? total : null;
}

/**
 * Names under which a config says how many positions it has, in `transformers`: most say the first;
 * GPT-2 and its kin the next two; MPT, ChatGLM and Qwen, RWKV one of the others.
 */
const LENGTHS = [
  "max_position_embeddings",
  "n_positions",
  "n_ctx",
  "max_seq_len",
  "max_sequence_length",
  "max_seq_length",
  "seq_length",
  "context_length",
];

/** Parts within parts of a model: real ones have one or two. */
const MOST_PARTS = 8;

/**
 * Tokens of context by a model's config.json. Models of several modalities say it of their text part.
 * `rope_scaling` is left alone: some makers count it in already, some do not, and the config does
 * not say which.
 */
export function contextLength(config: unknown, depth = 0): number | null {
  if (typeof config !== "object" || config === null || depth > MOST_PARTS) return null;
  const fields = config as Record<string, unknown>;
  for (const name of LENGTHS) {
    const value = fields[name];
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 2 ** 31) {
      return value;
    }
  }
  return contextLength(fields.text_config ?? fields.llm_config ?? null, depth + 1);
}

/** @returns null where there is no config, it says nothing, or it is not to be had */
async function contextLengthOf(hub: Hub, name: string): Promise<number | null> {
  const url = `${hub.settings.endpoint}/${name}/resolve/HEAD/config.json`;
  try {
    const blob = await downloadFile({
      ...hub.client,
      repo: { type: "model", name },
      path: "config.json",
      xet: false,
      downloadInfo: { url, size: 0, etag: "" },
    });
    return contextLength(JSON.parse((await blob?.text()) ?? "null"));
  } catch (error) {
    if (error instanceof Refusal || error instanceof SyntaxError || error instanceof TooLong) {
      return null;
    }
    // One file that its host never gives must not end it for all models.
    const { cause } = error as Error;
    if (cause instanceof Fault && cause.kind === UNSIGNED) return null;
    throw error;
  }
}
