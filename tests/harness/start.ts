import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../../src/core/records/user-error.ts";
import type { Harness } from "../../src/pipeline/runner/harness.ts";
import { Unavailable } from "../../src/pipeline/runner/programs.ts";
import { installedHarness, packageIn } from "../runner/start.ts";
import { largestDifference, TOLERANCE, tooNear, whatIsOther, whatMoved } from "./compare.ts";
import { type Model, randomModel, smolModel } from "./models.ts";
import { type Recording, type Run, recordingSchema } from "./recording.ts";
import { ask, madeWith } from "./run.ts";
import { writeTasks } from "./tasks.ts";

const RECORDED = "tests/harness/recorded.json";

/** Questions at a time, beside one. */
const BATCH = 4;

/**
 * `npm run test:harness`: whether the locked harness still answers as it did when that was recorded.
 * With `--record "REASON"` it is recorded anew.
 *
 * @returns 1 where something moved
 */
export async function testHarness(args: string[]): Promise<number> {
  const { record } = parseArgs({ args, options: { record: { type: "string" } } }).values;
  if (record?.trim() === "") {
    throw new UserError('--record: say why, as in --record "torch 2.14 adds up in another order".');
  }
  const folder = mkdtempSync(join(tmpdir(), "harness-test-"));
  try {
    const harness = await installedHarness();
    await writeTasks(join(folder, "tasks"), packageIn(harness));
    const models = [randomModel(harness, join(folder, "models")), await smolModel(harness)];
    return await testModels(harness, folder, models, record);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`\nTHE HARNESS WAS NOT HELD AGAINST WHAT WAS RECORDED: ${error.message}`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function testModels(
  harness: Harness,
  folder: string,
  models: (Model | null)[],
  reason: string | undefined,
): Promise<number> {
  const recorded = await readRecording();
  const made = await madeWith(harness);
  const runs: Recording["runs"] = {};
  const moved: string[] = [];
  for (const model of models.filter((m) => m !== null)) {
    const first = await timed(`${model.name}, one question at a time`, () =>
      ask(harness, folder, model, 1),
    );
    runs[model.name] = first;
    const known = recorded?.runs[model.name];
    if (known) moved.push(...against(model.name, "as recorded", known, first));
    else moved.push(`${model.name}: was never recorded`);
    const more = await timed(`${model.name}, ${BATCH} at a time`, () =>
      ask(harness, folder, model, BATCH),
    );
    const unsteady = against(model.name, "as with one at a time", first, more);
    // The second run of one command is the small model's only: it takes seconds.
    if (model.limit === undefined) {
      const again = await timed(`${model.name}, once more`, () => ask(harness, folder, model, 1));
      unsteady.push(...against(model.name, "those of the first time", first, again, 0));
    }
    if (unsteady.length > 0) return tell(unsteady, ["One command gives several answers."]);
  }
  if (reason !== undefined) return write({ reason, at: today(), made, runs }, moved);
  if (moved.length === 0) return 0;
  const other = recorded === null ? ["Nothing was recorded."] : whatIsOther(recorded.made, made);
  return tell(moved, other.length > 0 ? other : ["All programs are those that were recorded."]);
}

/** Says whether two runs are alike. @returns what moved */
function against(
  model: string,
  as: string,
  before: Run,
  now: Run,
  tolerance = TOLERANCE,
): string[] {
  const moved = whatMoved(before, now, tolerance);
  const count = Object.values(now).reduce((sum, { answers }) => sum + answers.length, 0);
  const most = largestDifference(before, now).toExponential(1);
  const is = moved.length === 0 ? `${count} answers are ${as}` : `NOT ${as}`;
  console.log(`  ${is}; log-likelihoods differ by at most ${most}`);
  return moved.map((line) => `${model}: ${line}`);
}

function tell(moved: string[], beside: string[]): number {
  console.log(`\nMoved:\n${moved.map((line) => `  ${line}`).join("\n")}`);
  console.log(`\nBeside it:\n${beside.map((line) => `  ${line}`).join("\n")}`);
  console.log('\nIf that is as it should be: npm run test:harness -- --record "WHY"');
  return 1;
}

async function readRecording(): Promise<Recording | null> {
  const text = await readFile(RECORDED, "utf8").catch(() => null);
  return text === null ? null : recordingSchema.parse(JSON.parse(text));
}

async function write(recording: Recording, moved: string[]): Promise<number> {
  if (Object.keys(recording.runs).length < 2) {
    throw new UserError("Nothing is recorded: both models are needed, and SmolLM2 did not come.");
  }
  const near = Object.values(recording.runs).flatMap(tooNear);
  if (near.length > 0) {
    throw new UserError(
      `Nothing is recorded: two choices are so near that another machine may choose otherwise. Ask something else in tests/harness/questions.ts:\n${near.join("\n")}`,
    );
  }
  await writeFile(RECORDED, `${JSON.stringify(recording, null, 1)}\n`);
  console.log(`\nRecorded in ${RECORDED}, ${moved.length} lines moved: commit it.`);
  for (const line of moved.slice(0, 40)) console.log(`  ${line}`);
  return 0;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
  return result;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
