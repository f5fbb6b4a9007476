import { type Evaluation, modelName } from "../../core/records/evaluation.ts";
import type { ResultsFile } from "../../core/records/results-file.ts";

/** How models are named: what people decided, beside what files say. */
export interface Naming {
  /** The name shown, by a file's path or name, or by the name that a file states. */
  aliases: Readonly<Record<string, string>>;
  /** Whether models need not be of the Hub: names are then made fit for addresses. */
  anyName: boolean;
}

export const HUB_NAMES: Naming = { aliases: {}, anyName: false };

/** Arguments of a run's model that say something: Python's `None` and an empty text do not. */
export function modelArgs(file: ResultsFile): Record<string, string | undefined> {
  const args = file.config?.model_args ?? {};
  const pairs = typeof args === "string" ? splitArgs(args) : Object.entries(args);
  return Object.fromEntries(
    pairs
      .filter(([, v]) => ["string", "number", "boolean"].includes(typeof v))
      .map(([k, v]): [string, string] => [k, String(v).trim()])
      .filter(([, text]) => text !== "" && text !== "None"),
  );
}

function splitArgs(text: string): [string, string][] {
  return text.split(",").map((pair) => {
    const at = pair.indexOf("=");
    return at < 0 ? [pair.trim(), ""] : [pair.slice(0, at).trim(), pair.slice(at + 1)];
  });
}

/** What named a model: an entry of aliases.json, a field, the Hub's cache in a path, the file's folder. */
export interface NamedBy {
  kind: "alias" | "field" | "cache" | "folder";
  /** The alias's key, the field's name, the path, the folder. */
  of: string;
}

/** Fields that may state a model's name, in the order in which they count. */
function statedName(file: ResultsFile): { field: string; name: string } | undefined {
  const args = modelArgs(file);
  const fields: [string, string | null | undefined][] = [
    ["model_name", file.model_name],
    ["config.model_name", file.config?.model_name],
    ["config.model_args.peft", args.peft],
    ["config.model_args.delta", args.delta],
    ["config.model_args.pretrained", args.pretrained],
    ["config.model_args.model", args.model],
  ];
  const found = fields.find(([, name]) => name);
  return found && { field: found[0], name: found[1]! };
}

/**
 * The name that a run's model is shown by: an alias of the file or of the name that it states; that
 * name; where it is a path on somebody's disk, the Hub's cache tells the model, else the folder that
 * the file lies in.
 *
 * @param place `OWNER/NAME/results_….json`
 * @throws Error where none of these is a name, with what is there and the way out
 */
export function modelOf(
  file: ResultsFile,
  place: string,
  naming: Naming,
): Pick<Evaluation, "model" | "availability"> {
  const { model, availability } = namedModel(file, place, naming);
  return { model, availability: isAsked(file, naming) ? "elsewhere" : availability };
}

/** The harness's programs that ask a service for answers; its models may be called like one of the Hub. */
const ASKING = /completions$|^(?:anthropic|litellm|textsynth|watsonx_llm|gguf|ggml)/;

/** Whether answers came from a service: only where models need not be of the Hub may it be another's. */
function isAsked(file: ResultsFile, { anyName }: Naming): boolean {
  return anyName && typeof file.config?.model === "string" && ASKING.test(file.config.model);
}

/** As `modelOf`, with what named the model. */
export function namedModel(
  file: ResultsFile,
  place: string,
  naming: Naming,
): Pick<Evaluation, "model" | "availability"> & { by: NamedBy } {
  const { field = "", name: stated } = statedName(file) ?? {};
  const steps = place.split("/");
  const key = [place, steps.at(-1)!, stated ?? ""].find((k) => aliasOf(naming, k) !== undefined);
  if (key !== undefined) {
    const by: NamedBy = { kind: "alias", of: key };
    return { model: aliasOf(naming, key)!, availability: null, by };
  }
  const folder = PLACES.test(steps.at(-2) ?? "") ? "" : steps.slice(-3, -1).join("/");
  const inFolder: NamedBy = { kind: "folder", of: folder };
  if (!stated) return { ...known(folder, naming, "model"), by: inFolder };
  if (!isPath(stated)) {
    return { ...known(stated, naming, "model"), by: { kind: "field", of: field } };
  }
  const cached = /models--([^/\\]+)--([^/\\]+)/.exec(stated);
  if (cached) {
    const name = `${cached[1]}/${cached[2]}`;
    return { ...known(name, naming, "model"), by: { kind: "cache", of: stated } };
  }
  // The harness names folders after such a path, with `__` for its slashes.
  if (steps.length > 2 && modelName.safeParse(folder).success && !folder.includes("__"))
    return { model: folder, availability: null, by: inFolder };
  throw new Error(
    `field model_name: ${quoted(stated)} is a path on a disk, no model's name: put the file into a folder OWNER/NAME, ` +
      `or name it in curated/aliases.json: {${quoted(stated)}: "OWNER/NAME"}`,
  );
}

/** Folders that are called after what is in them name no model. */
const PLACES = /^(?:results?|runs?|outputs?|evals?|evaluations?|logs?|data)$/i;

/** The name that a table's row is shown by; what is no name stays as it is, for the check to refuse. */
export function shownName(
  stated: string,
  naming: Naming,
): Pick<Evaluation, "model" | "availability"> {
  const alias = aliasOf(naming, stated);
  if (alias !== undefined) return { model: alias, availability: null };
  if (!naming.anyName || stated === "" || modelName.safeParse(stated).success) {
    return { model: stated, availability: null };
  }
  return { model: slugOf(stated), availability: "elsewhere" };
}

/** Own entries only: a name may be `constructor`. */
function aliasOf({ aliases }: Naming, name: string): string | undefined {
  return Object.hasOwn(aliases, name) ? aliases[name] : undefined;
}

function known(
  name: string,
  { anyName }: Naming,
  field: string,
): Pick<Evaluation, "model" | "availability"> {
  if (modelName.safeParse(name).success) return { model: name, availability: null };
  if (!anyName) {
    throw new Error(
      `field ${field}: must be a model name like OWNER/NAME (letters, digits, . _ -), is ${quoted(name)}: ` +
        'name it in curated/aliases.json, or say models: "any" in the configuration where models need not be of the Hub',
    );
  }
  const slug = slugOf(name);
  if (!modelName.safeParse(slug).success) {
    throw new Error(`field ${field}: ${quoted(name)} has no letter or digit to name a model by`);
  }
  return { model: slug, availability: "elsewhere" };
}

/** `Claude 3.5 Sonnet` → `Claude-3.5-Sonnet`; of several slashes the last stays. */
function slugOf(name: string): string {
  const steps = name
    .normalize("NFKD")
    .split("/")
    .map((step) => step.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+|[-.]+$/g, ""))
    .filter((step) => step !== "");
  const last = (steps.pop() ?? "").slice(0, 96);
  const owner = steps.join("-").slice(0, 96);
  return owner === "" ? last : `${owner}/${last}`;
}

/** `/data/X`, `./X`, `../X`, `~/X`, `C:\X`, `file:X`. */
function isPath(name: string): boolean {
  return /^(?:\.{0,2}[/\\]|~|[A-Za-z]:[\\/]|file:)/.test(name);
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

/** The commit where it is known, else the branch that was asked for; an adapter's or delta's own. */
export function revisionOf(file: ResultsFile): string | null {
  return statedRevision(file)?.revision ?? null;
}

/** As `revisionOf`, with the field that states it. */
export function statedRevision(file: ResultsFile): { field: string; revision: string } | null {
  const args = modelArgs(file);
  const { peft_sha, delta_sha, model_sha, model_revision } = file.config ?? {};
  // What is stated of the model is its base's.
  if (args.peft) return first([["config.peft_sha", peft_sha]]);
  if (args.delta) return first([["config.delta_sha", delta_sha]]);
  return first([
    ["config.model_sha", model_sha],
    ["config.model_args.revision", args.revision],
    ["config.model_revision", model_revision],
  ]);
}

function first(fields: [string, string | null | undefined][]) {
  const found = fields.find(([, revision]) => revision);
  return found ? { field: found[0], revision: found[1]! } : null;
}

/** Ways of packing several weights into one number, as arguments and names have them. */
const PACKED: [precision: string, args: RegExp, name: RegExp][] = [
  ["GPTQ", /^(?:autogptq|gptqmodel)$/, /gptq/],
  ["AWQ", /^awq$/, /awq/],
  ["4bit", /^load_in_4bit$/, /4-?bit|int4|nf4|w4a16|bnb/],
  ["8bit", /^load_in_8bit$/, /8-?bit|int8|w8a8|w8a16/],
  ["GGUF", /^gguf_file$/, /gguf/],
];

/** The same words as parts of a model's name. */
const PACKED_NAMES = PACKED.map(
  ([precision, , name]) =>
    [precision, new RegExp(`(?:^|[-_.])(?:${name.source})(?:[-_.]|$)`)] as const,
);

/**
 * How weights are packed, where they are: by the run's arguments, else by the model's name, as the Hub's
 * models of this kind are called. The number of parameters that a file then states counts the numbers
 * that weights are packed into.
 */
export function packingOf(file: ResultsFile, model: string): string | null {
  return statedPacking(file, model)?.precision ?? null;
}

/** As `packingOf`, with what says it. */
export function statedPacking(
  file: ResultsFile,
  model: string,
): { precision: string; by: "arguments" | "name" } | null {
  const args = modelArgs(file);
  const on = (name: string) => !/^false$/i.test(args[name] ?? "false");
  const stated = args.quantization?.toLowerCase();
  const byArgs = PACKED.find(
    ([, arg, name]) =>
      Object.keys(args).some((key) => arg.test(key) && on(key)) || (stated && name.test(stated)),
  );
  if (byArgs) return { precision: byArgs[0], by: "arguments" };
  const words = model.toLowerCase().split("/").at(-1)!;
  const byName = PACKED_NAMES.find(([, name]) => name.test(words));
  return byName ? { precision: byName[0], by: "name" } : null;
}

export function precisionOf(file: ResultsFile, model: string): string | null {
  const packing = packingOf(file, model);
  if (packing !== null) return packing;
  const args = modelArgs(file);
  // Numbers of 8 bits are no packed ones, and another precision all the same.
  if (args.quantization && /^[\w.-]{1,20}$/.test(args.quantization)) return args.quantization;
  const asked = args.dtype === "auto" ? undefined : args.dtype;
  const type = (asked ?? file.config?.model_dtype ?? "").replace(/^torch\./, "");
  return type === "" || type === "auto" ? null : type;
}
