import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { evaluationCommands, OUTPUT } from "../../src/pipeline/runner/command.ts";
import { evaluating } from "../../src/pipeline/runner/environment.ts";
import { type Harness, runnerFile } from "../../src/pipeline/runner/harness.ts";
import { thisMachine } from "../../src/pipeline/runner/machine.ts";
import { outputIn } from "../../src/pipeline/runner/output.ts";
import type { RequestRow } from "../../src/pipeline/sources/requests.ts";
import { NLTK } from "../runner/start.ts";
import { answersIn } from "./answers.ts";
import type { Model } from "./models.ts";
import type { Made, Run } from "./recording.ts";
import { SUITE } from "./tasks.ts";

/** Packages whose upgrades may move a score. */
const PACKAGES = [
  "torch",
  "transformers",
  "datasets",
  "lm_eval",
  "tokenizers",
  "numpy",
  "jinja2",
  "math-verify",
  "sympy",
  "nltk",
];

/**
 * Asks a model all questions with the suite's own command, as the runner runs it: without token, without
 * network.
 *
 * @param folder where tasks are, and everything that is written
 * @param batchSize questions at a time
 */
export async function ask(
  harness: Harness,
  folder: string,
  model: Model,
  batchSize: number,
): Promise<Run> {
  const [words = []] = evaluationCommands(SUITE, rowOf(model), {
    device: "cpu",
    batchSize,
    tasks: join(folder, "tasks"),
  });
  const place = await mkdtemp(join(folder, "run-"));
  const python = join(harness.bin, "python");
  const launch = [runnerFile("launch.py"), join(place, "launched.json"), String(process.pid)];
  const limit = model.limit ? ["--limit", String(model.limit)] : [];
  const filled = [...words, ...limit].map((word) =>
    withFile(word, model).replaceAll(OUTPUT, join(place, "output")),
  );
  const hub = join(folder, "hub");
  await mkdir(hub, { recursive: true });
  const folders = { job: place, start: place, hub, datasets: join(hub, "datasets") };
  const env = evaluating({ ...folders, bin: harness.bin }, process.env);
  // One thread: numbers are added up in one order, however many cores there are.
  const own = { ...env, OMP_NUM_THREADS: "1", NLTK_DATA: NLTK };
  const { status, stderr } = spawnSync(python, [...launch, python, "-m", "lm_eval", ...filled], {
    cwd: place,
    env: { ...own, ...(model.packages && { PYTHONPATH: model.packages }) },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`The harness broke off:\n${stderr.slice(-4000)}`);
  return read(join(place, "output"));
}

async function read(folder: string): Promise<Run> {
  const output = await outputIn(folder);
  const samples = await Promise.all(
    output.samples.map(async (path) => {
      const task = /^samples_(\w+)_\d{4}-/.exec(basename(path))![1]!;
      return [task, await readFile(path, "utf8")] as const;
    }),
  );
  return answersIn(await readFile(output.results[0]!, "utf8"), Object.fromEntries(samples));
}

function rowOf({ folder, chat }: Model): RequestRow {
  return {
    model: folder,
    revision: "main",
    precision: "float32",
    weight_type: "Original",
    chat_template: chat,
    base_model: null,
  } as RequestRow;
}

/** A model that is one file names it beside its folder. */
function withFile(word: string, { file }: Model): string {
  return file && word.startsWith("pretrained=") ? `${word},gguf_file=${file}` : word;
}

/** What answers are made with here. */
export async function madeWith({ bin, lock_sha256 }: Harness): Promise<Made> {
  const program =
    "import importlib.metadata as m, json, platform, sys; " +
    "print(json.dumps({'python': platform.python_version(), **{n: m.version(n) for n in sys.argv[1:]}}))";
  const { stdout } = spawnSync(join(bin, "python"), ["-c", program, ...PACKAGES], {
    encoding: "utf8",
  });
  const { cpu } = await thisMachine();
  return { versions: JSON.parse(stdout), lock_sha256, processor: cpu.name };
}
