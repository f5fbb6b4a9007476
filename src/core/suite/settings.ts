import type { ResultsFile } from "../records/results-file.ts";

/**
 * What makes a run another run of the same model. Two such runs are two evaluations, never a newer
 * and an older one, so their settings are part of `eval_id`:
 *
 * - `thinking=on|off`, where the run's arguments say `enable_thinking`;
 * - `system=HASH`, where a system prompt stood before every question: the first digits of its digest;
 * - what was asked of the generation (`gen_kwargs`), as `NAME=VALUE` in the order of the names.
 *
 * What a suite fixes (examples, version of a task, scale) sets a benchmark aside instead: see
 * `pipeline/sources/against-suite.ts`. Seeds, batch size and device make no other run.
 *
 * @param args of the run's model
 * @param digest of a text, in hex digits
 * @returns null for a plain run; else at most 120 characters that an address may have
 */
export function settingsOf(
  file: ResultsFile,
  args: Readonly<Record<string, string | undefined>>,
  digest: (text: string) => string,
): string | null {
  const parts: [string, string][] = [];
  const thinking = args.enable_thinking ?? nestedThinking(file.config?.model_args);
  if (thinking !== undefined) {
    parts.push(["thinking", /^(?:true|1)$/i.test(thinking) ? "on" : "off"]);
  }
  const system = file.system_instruction;
  if (typeof system === "string" && system.trim() !== "") {
    parts.push(["system", digest(system).slice(0, 8)]);
  }
  parts.push(...generation(file.config?.gen_kwargs));
  const text = parts.map(([name, value]) => `${plain(name)}=${plain(value)}`).join("~");
  if (text === "") return null;
  return text.length <= 120 ? text : `${text.slice(0, 100)}~${digest(text).slice(0, 8)}`;
}

/** Newer harnesses have it among the arguments of the chat template, as an object or as text. */
function nestedThinking(args: unknown): string | undefined {
  const text = typeof args === "string" ? args : JSON.stringify(args ?? "");
  return /enable_thinking["']?\s*[:=]\s*["']?(true|false|1|0)\b/i.exec(text)?.[1];
}

/** `temperature=0.6,top_p=0.9` as text, or the same as an object. */
function generation(stated: unknown): [string, string][] {
  const pairs =
    typeof stated === "string"
      ? stated.split(",").map((pair): [string, string] => {
          const at = pair.indexOf("=");
          return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
        })
      : typeof stated === "object" && stated !== null
        ? Object.entries(stated as Record<string, unknown>)
            .filter(([, value]) => value !== null)
            .map(([name, value]): [string, string] => [
              name,
              typeof value === "object" ? JSON.stringify(value) : String(value),
            ])
        : [];
  return pairs
    .map(([name, value]): [string, string] => [name.trim(), value.trim()])
    .filter(([name]) => name !== "" && name !== "None" && !/^seed$|_seed$/.test(name))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Neither the joints of `eval_id` nor what an address would have to escape. */
function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9._+-]+/g, "_");
}

/** Settings as a reader sees them: `thinking on, temperature 0.6`. */
export function settingsWords(settings: string): string {
  return settings.split("~").join(", ").replaceAll("=", " ");
}
