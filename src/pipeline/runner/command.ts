import { isPart } from "../../core/queue/submission.ts";
import { modelName } from "../../core/records/evaluation.ts";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { argumentLists } from "../../core/suite/reproduce.ts";
import type { RequestRow } from "../sources/requests.ts";

/** What a runner decides beside what request and suite say. */
export interface Choices {
  /** Commit of the model, in place of a branch. An adapter's own commit is none of its base model's. */
  commit?: string | null;
  /** In place of the suite's batch size. */
  batchSize?: number;
  /** As PyTorch names it: `cpu`, `cuda`. */
  device: string;
  /** Spreads the model over several GPUs. */
  parallel?: boolean;
  /** Folder of task files beside the harness's own. */
  tasks?: string | undefined;
}

/** Stands for the folder that results go to, in the lists of `evaluationCommands`. */
export const OUTPUT = "{output}";

/**
 * What evaluates a request: one list of words, or one for each benchmark where the suite says so. The
 * words are those that the model's page shows (`core/suite/reproduce.ts`), after `python -m lm_eval`;
 * what a runner adds is where results go (`OUTPUT`), that answers are kept, and on which device. A pure
 * function of request, suite and choices; no shell reads it.
 *
 * @throws UserError where the suite says no command that a runner can run
 */
export function evaluationCommands(suite: Suite, row: RequestRow, choices: Choices): string[][] {
  const evaluated = {
    model: row.model,
    revision: isPart(row) ? row.revision : (choices.commit ?? row.revision),
    precision: row.precision,
    weight_type: row.weight_type,
    chat_template: row.chat_template,
    base_model: row.base_model,
  };
  const lists = argumentLists(suite, evaluated);
  if (lists === null) {
    throw new UserError(
      `The suite ${suite.id} has no field reproduce: without its command nothing can be run.`,
    );
  }
  return lists.map((words) => asEvaluated(withoutProgram(suite, words), choices));
}

/** The tasks of the suite's benchmarks, as the harness names them. */
export function tasksOf(suite: Suite): string[] {
  return [...new Set(suite.benchmarks.map(({ task }) => task))];
}

/** The model and, of an adapter or delta weights, its base: in the order in which they are loaded. */
export function modelsOf(row: RequestRow): string[] {
  return isPart(row) ? [row.base_model!, row.model] : [row.model];
}

/**
 * Why a request cannot be run as it stands, for its submitter; null where it can.
 */
export function objectionTo(row: RequestRow): string | null {
  if (!row.model.includes("/")) return `${row.model} has no owner: name the model as OWNER/NAME.`;
  if (!isPart(row) || modelName.safeParse(row.base_model).success) return null;
  const kind = row.weight_type === "Adapter" ? "an adapter" : "delta weights";
  return `${row.model} is ${kind}, so base_model has to name the model below it, as OWNER/NAME; it says ${JSON.stringify(row.base_model)}.`;
}

/** `lm_eval`, `lm-eval run` and `python -m lm_eval` are one program. */
function withoutProgram(suite: Suite, words: string[]): string[] {
  const line = words.join(" ");
  const program = /^(?:python3? -m lm_eval|lm[-_]eval)(?: run)?(?= |$)/.exec(line)?.[0];
  if (program === undefined) {
    throw new UserError(
      `The suite ${suite.id}, field reproduce.command: begins with ${JSON.stringify(words[0])}; a runner runs lm_eval.`,
    );
  }
  const rest = words.slice(program.split(" ").length);
  if (rest.some((word) => word.includes("trust_remote_code"))) {
    throw new UserError(
      `The suite ${suite.id}, field reproduce.command: says trust_remote_code; a runner never runs code of models.`,
    );
  }
  return rest;
}

function asEvaluated(words: string[], choices: Choices): string[] {
  const options: [string, string | null][] = [
    ["--output_path", OUTPUT],
    ["--log_samples", null],
    ["--device", choices.device],
    ...(choices.tasks ? [["--include_path", choices.tasks] as [string, string]] : []),
    ...(choices.batchSize ? [["--batch_size", String(choices.batchSize)] as [string, string]] : []),
  ];
  const made = options.reduce((list, [name, value]) => withOption(list, name, value), words);
  return choices.parallel ? made.map((word, i) => parallel(word, made[i - 1])) : made;
}

/** The list with an option, in place of the one that it has. */
function withOption(words: string[], name: string, value: string | null): string[] {
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  const option = value === null ? [name] : [name, value];
  if (at < 0) return [...words, ...option];
  const taken = value !== null && words[at] === name ? 2 : 1;
  return [...words.slice(0, at), ...option, ...words.slice(at + taken)];
}

function parallel(word: string, before: string | undefined): string {
  if (before === "--model_args") return `${word},parallelize=True`;
  return word.startsWith("--model_args=") ? `${word},parallelize=True` : word;
}
