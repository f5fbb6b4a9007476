import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { bytesIn } from "../disk.ts";
import { type Command, type CommandExecutor, ExecutorFailed } from "../executor.ts";
import { type Ended, TAIL } from "../failure.ts";
import { local } from "../local.ts";
import { cancelJob, ENDING, look, submit } from "./jobs.ts";
import { slurmMachine } from "./nodes.ts";
import type { SlurmSettings } from "./settings.ts";
import { endedOf, isDoubtful, isOver, isStuck, type Report, type Seen } from "./state.ts";
import { commandFile, files, sbatchWords } from "./submission.ts";

/** Milliseconds between two looks at a job: soon at first, then seldom, as Slurm has others to answer. */
const FIRST = 1000;
const MOST = 30_000;

/** Milliseconds that a job may wait for its first start. */
const QUEUED = 7 * 86_400_000;

/** Milliseconds until a file that a node wrote is seen here. */
const SHARED = 15_000;

/**
 * Runs each command as a job of a Slurm cluster, in folders that its nodes share with this machine. A job
 * that gives way to others and is begun anew goes on by itself, from the beginning of its command.
 *
 * @param python the harness's
 */
export function slurm(
  settings: SlurmSettings,
  python: string,
  say: (text: string) => void,
): CommandExecutor {
  return {
    name: "slurm",
    parent: "-",
    machine: () => slurmMachine(settings),
    run: async (command) => {
      if (command.needs.network && settings.downloadHere) return local.run(command);
      const place = await mkdtemp(join(command.folder, "slurm-"));
      try {
        await writeFile(files(place).command, commandFile(command), { mode: 0o600 });
        await writeFile(files(place).alive, "0");
        const words = sbatchWords(command, settings, await slurmMachine(settings), {
          place,
          python,
        });
        const id = await submit(words, command.request, (text) => say(`${command.name}: ${text}`));
        return await follow(id, place, command, say);
      } finally {
        await rm(place, { recursive: true, force: true });
      }
    },
  };
}

/** Looks at a job until it has ended, and ends it where that is called for. */
async function follow(
  id: string,
  place: string,
  command: Command,
  say: (text: string) => void,
): Promise<Ended> {
  const tell = teller(`${command.name}: Slurm job ${id}`, say);
  const begun = Date.now();
  let running: number | null = null;
  let last: Seen | null = null;
  let ours: Partial<Ended> = {};
  let asked = 0;
  for (let looks = 1, pause = FIRST; ; looks++, pause = Math.min(pause * 1.5, MOST)) {
    await writeFile(files(place).alive, String(looks));
    const seen = await look(id);
    tell(seen);
    if (seen.state === "RUNNING") running ??= Date.now();
    if (isOver(seen) && (!isDoubtful(seen) || last?.state === seen.state)) {
      // What never began is no fault of the request.
      if (ours.why) throw new ExecutorFailed(`Slurm job ${id} ${ours.why}`);
      const report = await reportIn(place, /^(?:COMPLETED|FAILED)$/.test(seen.state));
      return endedOf(seen, report, ours, await said(command, place, running));
    }
    // Where something happens, more may.
    if (seen.state !== last?.state) pause = FIRST;
    last = seen;
    if (!ours.stopped) ours = await reasonToStop(command, seen, begun, running);
    if (ours.stopped) {
      asked ||= Date.now();
      if (Date.now() - asked > ENDING) {
        throw new ExecutorFailed(`Slurm does not end the job ${id}: end it with scancel ${id}.`);
      }
      await cancelJob(id);
      pause = FIRST;
    }
    await sleep(pause, null, ours.stopped ? {} : { signal: command.signal }).catch(() => {});
  }
}

async function reasonToStop(
  { signal, folder, limits }: Command,
  seen: Seen,
  begun: number,
  running: number | null,
): Promise<Partial<Ended>> {
  if (signal.aborted) return { stopped: "abort" };
  if ((await bytesIn(folder)) > limits.disk) return { stopped: "disk" };
  if (isStuck(seen)) {
    const { state, reason } = seen;
    return {
      stopped: "cluster",
      why: `is not going to start: ${reason || state}. Mend that first.`,
    };
  }
  if (running !== null || Date.now() - begun < QUEUED) return {};
  return { stopped: "cluster", why: "was not started within a week." };
}

/** Says what becomes of a job, once each. */
function teller(name: string, say: (text: string) => void) {
  let before = "";
  return ({ state, restarts, reason }: Seen) => {
    const why = state === "PENDING" && reason !== "None" ? ` (${reason})` : "";
    const again = restarts === 1 ? "once" : `${restarts} times`;
    const text = `${state}${why}${restarts > 0 ? `, begun anew ${again}` : ""}`;
    if (text !== before) say(`${name}: ${text}`);
    before = text;
  };
}

const reportSchema = z.object({
  code: z.number().nullable(),
  signal: z.string().nullable(),
  seconds: z.number(),
  tail: z.string(),
});

/** @param isExpected whether it is worth waiting for */
async function reportIn(place: string, isExpected = false): Promise<Report> {
  const until = Date.now() + (isExpected ? SHARED : 0);
  for (;;) {
    const text = await readFile(files(place).ended, "utf8").catch(() => null);
    if (text !== null) return reportSchema.parse(JSON.parse(text)) as Report;
    // What never began, said why.
    if (Date.now() >= until || (await readFile(files(place).said, "utf8").catch(() => "")))
      return null;
    await sleep(500);
  }
}

/** What is known of a command that noted nothing: its log, and what Slurm and the node said. */
async function said({ log }: Command, place: string, running: number | null) {
  const texts = await Promise.all(
    [log, files(place).said].map((path) => readFile(path, "utf8").catch(() => "")),
  );
  const seconds = running === null ? 0 : (Date.now() - running) / 1000;
  return { seconds, tail: texts.join("\n").slice(-TAIL) };
}
