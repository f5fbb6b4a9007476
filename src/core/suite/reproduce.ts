import type { Evaluation } from "../records/evaluation.ts";
import type { Benchmark, Suite } from "../records/suite.ts";

/** Harness options for prompts in the model's chat template. */
const CHAT = "--apply_chat_template --fewshot_as_multiturn";

type Run = Pick<
  Evaluation,
  "model" | "revision" | "precision" | "weight_type" | "chat_template" | "base_model"
>;

/**
 * The shell lines that repeat an evaluation; none where the suite does not say how. Names and
 * revisions were checked when they were read, so they hold nothing that a shell would take apart.
 */
export function reproduce(suite: Suite, run: Run): string[] {
  if (!suite.reproduce) return [];
  const { setup, command, per_benchmark } = suite.reproduce;
  const groups = per_benchmark ? suite.benchmarks.map((b) => [b]) : [suite.benchmarks];
  return [...setup, ...groups.map((group) => fill(command, group, run))];
}

function fill(command: string, benchmarks: Benchmark[], run: Run): string {
  const values: Record<string, string> = {
    model: modelOf(run),
    revision: run.revision ?? "main",
    dtype: dtypeOf(run.precision),
    tasks: benchmarks.map((b) => b.task).join(","),
    shots: String(benchmarks[0]?.shots ?? 0),
    key: benchmarks[0]?.key ?? "",
    chat: run.chat_template ? CHAT : "",
  };
  return command.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole).trim();
}

/** An adapter is loaded on top of its base model. */
function modelOf(run: Run): string {
  const base = run.base_model;
  return run.weight_type === "Adapter" && base && /^[\w./-]+$/.test(base)
    ? `${base},peft=${run.model}`
    : run.model;
}

/** Quantised runs name how weights are loaded instead of a number format. */
function dtypeOf(precision: string | null): string {
  if (precision === "4bit") return "float16,load_in_4bit=True";
  if (precision === "8bit") return "float16,load_in_8bit=True";
  return precision === null || precision === "GPTQ" ? "auto" : precision;
}
