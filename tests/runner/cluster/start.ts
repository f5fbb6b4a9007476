import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { isAlive } from "../../../src/pipeline/cache/process.ts";

/** A Slurm of this machine alone, with one stand-in GPU, and two partitions: `spare` gives way to `high`. */
export interface Cluster {
  /** What its commands need of the environment. */
  env: { SLURM_CONF: string };
  /** Calls one of its commands. @returns what it says */
  call: (program: string, ...words: string[]) => string;
  stop: () => Promise<void>;
}

const PACKAGES = ["slurmctld", "slurmd", "slurm-client", "munge"];

/** Where Debian has the servers. */
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Servers in the order in which they start. */
const SERVERS = ["munge", "slurmctld", "slurmd"];

/**
 * Starts Slurm, and installs it first where it is missing.
 *
 * @throws Error with a sentence where that cannot be
 */
export async function startCluster(): Promise<Cluster> {
  if (!isThere("slurmctld") || !isThere("munged")) install();
  const dir = mkdtempSync(join(tmpdir(), "slurm-test-"));
  // Its key is shut to others, its socket is not.
  chmodSync(dir, 0o755);
  for (const name of ["state", "spool", "log"]) mkdirSync(join(dir, name));
  await writeFiles(dir);
  const env = { SLURM_CONF: join(dir, "slurm.conf") };
  const call = (program: string, ...words: string[]) =>
    execFileSync(program, words, { encoding: "utf8", env: { ...process.env, ...env, PATH } });
  const cluster = { env, call, stop: () => stop(dir, call) };
  try {
    const at = (option: string, name: string) => `--${option}=${join(dir, name)}`;
    const key = [at("key-file", "munge.key"), at("socket", "munge.sock")];
    const rest = [at("pid-file", "munge.pid"), at("log-file", "log/munge.log")];
    call("munged", "--force", ...key, ...rest, at("seed-file", "munge.seed"));
    call("slurmctld");
    call("slurmd", "-N", host());
    await until(() => /\bidle\b/.test(call("sinfo", "--noheader")), "its node does not come up");
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

function host(): string {
  return hostname().split(".")[0]!;
}

function isThere(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`], { env: { PATH } }).status === 0;
}

function install(): void {
  const options = { encoding: "utf8", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", ...PACKAGES]]) {
    const { error, status, stderr } = spawnSync("apt-get", words, options as { encoding: "utf8" });
    if (error) throw new Error(`Slurm is not installed, and there is no apt-get to install it`);
    if (status !== 0) {
      throw new Error(`apt-get ${words[0]} failed: ${stderr.trim().split("\n").at(-1)}`);
    }
  }
}

async function writeFiles(dir: string): Promise<void> {
  const filled: Record<string, string | number> = {
    DIR: dir,
    HOST: host(),
    USER: userInfo().username,
    CONTROLLER: await freePort(),
    NODE: await freePort(),
    CORES: availableParallelism(),
  };
  const template = readFileSync(join(import.meta.dirname, "slurm.conf"), "utf8");
  const text = template.replace(/@([A-Z]+)@/g, (_, name: string) => String(filled[name]));
  writeFileSync(join(dir, "slurm.conf"), text);
  writeFileSync(join(dir, "gres.conf"), `NodeName=${host()} Name=gpu File=/dev/null\n`);
  writeFileSync(join(dir, "cgroup.conf"), "CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n");
  writeFileSync(join(dir, "munge.key"), randomBytes(1024), { mode: 0o400 });
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

async function stop(dir: string, call: Cluster["call"]): Promise<void> {
  try {
    call("scancel", `--user=${userInfo().username}`);
    await until(() => call("squeue", "--noheader") === "", "its jobs do not end");
  } catch {
    // It never came up, or hangs: its servers end all the same.
  }
  for (const name of SERVERS.toReversed()) {
    const pid = Number(read(join(dir, `${name}.pid`)));
    if (!pid) continue;
    process.kill(pid);
    await until(() => !isAlive(pid), `${name} does not end`);
  }
  rmSync(dir, { recursive: true, force: true });
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

async function until(is: () => boolean, otherwise: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (is()) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`Slurm was started, but ${otherwise}`);
}
