import type { Evaluation } from "../records/evaluation.ts";
import { type Benchmark, type Suite, VERSION } from "../records/suite.ts";
import type { Made } from "./origin.ts";

/** Harness options for prompts in the model's chat template. */
const CHAT = "--apply_chat_template --fewshot_as_multiturn";

type Evaluated = Pick<
  Evaluation,
  "model" | "revision" | "precision" | "weight_type" | "chat_template" | "base_model"
>;

/** What is known of how it was run; all may be left out. */
export interface How {
  /** The harness: its epoch and commit, where they are known. */
  by?: Pick<Made, "epoch" | "commit">;
  /** Version of transformers that the run's file states. */
  transformers?: string | null;
  /** Seeds that the run's file states: of Python, NumPy, PyTorch and the choice of examples. */
  seeds?: readonly (number | null)[];
  /** Only these benchmarks; all of the suite where it is left out. */
  keys?: readonly string[];
}

/** The shell lines that repeat an evaluation: `setup` installs what `commands` run. */
export interface Lines {
  setup: string[];
  commands: string[];
}

/**
 * How to repeat an evaluation; null where the suite does not say it. Names and revisions were checked
 * when they were read, so they hold nothing that a shell would take apart; what a file says of
 * versions is left out unless it is a version.
 */
export function reproduce(suite: Suite, run: Evaluated, how: How = {}): Lines | null {
  const command = suite.reproduce?.command;
  if (command === undefined) return null;
  return {
    setup: setupOf(suite, how),
    commands: commandValues(suite, run, how).map((values) => fill(command, values)),
  };
}

/**
 * The same commands as lists of words, for who runs them without a shell: the command is taken apart
 * before anything is filled in, so that no name, whatever it holds, makes a word of its own. Joined by
 * spaces they are the lines of `reproduce`, where the suite's command has no quotes. Null where the
 * suite does not say it.
 *
 * @example [["lm_eval", "--model", "hf", "--model_args", "pretrained=o/m,revision=main,dtype=float16", …]]
 */
export function argumentLists(suite: Suite, run: Evaluated, how: How = {}): string[][] | null {
  const command = suite.reproduce?.command;
  if (command === undefined) return null;
  const words = wordsOf(command);
  return commandValues(suite, run, how).map((values) =>
    words.flatMap((word) => {
      // The one value that is several words, or none.
      if (word === "{chat}") return values.chat === "" ? [] : values.chat!.split(" ");
      return [fill(word, values)];
    }),
  );
}

/** Words as a POSIX shell tells them; of its grammar, quotes and nothing else. */
function wordsOf(command: string): string[] {
  const parts = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return parts.map((part) => part.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

/** What is filled in, for each command that the suite takes. */
function commandValues(suite: Suite, run: Evaluated, how: How): Record<string, string>[] {
  const benchmarks = suite.benchmarks.filter(({ key }) => how.keys?.includes(key) ?? true);
  const groups = suite.reproduce!.per_benchmark ? benchmarks.map((b) => [b]) : [benchmarks];
  return groups.map((group) => valuesOf(suite.reproduce!, group, run, how));
}

function setupOf(suite: Suite, { by, transformers }: How): string[] {
  const version = transformers ?? by?.epoch?.transformers;
  const values = {
    commit: by?.commit ?? by?.epoch?.commit ?? "",
    transformers: version && VERSION.test(version) ? `transformers==${version}` : "",
  };
  return (by?.epoch?.setup ?? suite.reproduce?.setup ?? []).map((line) => fill(line, values));
}

function valuesOf(
  { seeds }: NonNullable<Suite["reproduce"]>,
  benchmarks: Benchmark[],
  run: Evaluated,
  how: How,
): Record<string, string> {
  const stated = how.seeds?.every((seed) => seed !== null) ? how.seeds.join(",") : seeds;
  return {
    model: modelOf(run),
    revision: run.revision ?? "main",
    dtype: dtypeOf(run.precision),
    tasks: benchmarks.map((b) => b.task).join(","),
    shots: String(benchmarks[0]?.shots ?? 0),
    key: benchmarks[0]?.key ?? "",
    seeds: stated ?? "",
    chat: run.chat_template ? CHAT : "",
  };
}

function fill(line: string, values: Record<string, string>): string {
  return line.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole).trim();
}

/** An adapter is loaded on top of its base model, and delta weights are added to it. */
function modelOf(run: Evaluated): string {
  const base = run.base_model;
  if (!base || !/^[\w./-]+$/.test(base)) return run.model;
  if (run.weight_type === "Adapter") return `${base},peft=${run.model}`;
  return run.weight_type === "Delta" ? `${base},delta=${run.model}` : run.model;
}

/** Quantised runs name how weights are loaded instead of a number format. */
function dtypeOf(precision: string | null): string {
  if (precision === "4bit") return "float16,load_in_4bit=True";
  if (precision === "8bit") return "float16,load_in_8bit=True";
  return precision === null || precision === "GPTQ" ? "auto" : precision;
}
