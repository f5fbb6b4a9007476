// scripts/runner/energy.py, on a stand-in of /sys and of NVIDIA's library. It needs Python, and a C compiler for the latter.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { noteSchema } from "../../../src/pipeline/runner/energy.ts";
import { runnerFile } from "../../../src/pipeline/runner/harness.ts";
import { tmpFolder } from "../cache/folder.ts";

const has = (program: string) => spawnSync(program, ["--version"]).status === 0;
const PYTHON = has("python3");
const COMPILER = PYTHON && has("cc") && process.platform === "linux";

/** Writes a tree of files, each with a line end, as the kernel does. */
async function tree(folder: string, files: Record<string, string | number>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\n`);
  }
}

/** A value that Python prints, asked of the module. */
function ask(code: string, ...words: string[]): unknown {
  const start = `import json, os, sys; sys.path.insert(0, ${JSON.stringify(dirname(runnerFile("energy.py")))}); import energy\n`;
  const { stdout, stderr, status } = spawnSync("python3", ["-B", "-c", start + code, ...words], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Watches while files of /sys change, ten seconds a step, and gives what was noted at the end. */
const WATCH = `
sysfs, nvml, note, steps = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
now = [0.0]
def sleep(_):
    now[0] += 10
    for path, text in steps.pop(0).items():
        with open(os.path.join(sysfs, path), "w") as file:
            file.write(f"{text}\\n")
energy.watch(note, {"network": "none"}, lambda: len(steps) > 0, sysfs, nvml, lambda: now[0], sleep)
print(open(note).read())`;

async function watched(
  sysfs: string,
  steps: Record<string, number>[],
  library = "/nowhere/libnvidia-ml.so.1",
) {
  const note = join(await tmpFolder(), "note.json");
  const told = ask(WATCH, sysfs, library, note, JSON.stringify(steps)) as {
    network: string;
    energy: unknown;
  };
  expect(told.network).toBe("none");
  return noteSchema.parse(told.energy);
}

const CAP = "class/powercap";
const RANGE = 262_143_328_850;

const rapl = (name: string, domain: string, energy: number) => ({
  [`${CAP}/${domain}/name`]: name,
  [`${CAP}/${domain}/energy_uj`]: energy,
  [`${CAP}/${domain}/max_energy_range_uj`]: RANGE,
});

describe.skipIf(!PYTHON)("processors and memory (needs python3)", () => {
  test("all packages count, beyond the end of their counters; what is part of one does not count twice", async () => {
    const sysfs = await tmpFolder();
    await tree(sysfs, {
      ...rapl("package-0", "intel-rapl:0", 262_000_000_000),
      ...rapl("core", "intel-rapl:0:0", 5),
      ...rapl("dram", "intel-rapl:0:1", 1_000_000),
      ...rapl("package-1", "intel-rapl:1", 10),
      ...rapl("psys", "intel-rapl:2", 7),
      ...rapl("package-0", "intel-rapl-mmio:0", 7),
    });
    const energy = (domain: string) => `${CAP}/${domain}/energy_uj`;
    const note = await watched(sysfs, [
      { [energy("intel-rapl:0")]: 5_000_000, [energy("intel-rapl:1")]: 2_000_010 },
      {
        [energy("intel-rapl:0")]: 6_000_000,
        [energy("intel-rapl:0:0")]: 900_000_000,
        [energy("intel-rapl:0:1")]: 4_500_000,
        [energy("intel-rapl:2")]: 900_000_000,
        [energy("intel-rapl-mmio:0")]: 900_000_000,
      },
    ]);
    expect(note.seconds).toBe(20);
    // 262143.32885 − 262000 + 5, then 1; and 2 of the second package.
    expect(note.cpu).toBeCloseTo(148.32885 + 1 + 2, 6);
    expect(note.dram).toBeCloseTo(3.5, 9);
    expect(note).toMatchObject({ driver: null, gpus: [] });
  });

  test("one package that may not be read is unknown, not 0, and so is a counter that goes back without a range", async () => {
    const closed = await tmpFolder();
    await tree(closed, {
      ...rapl("package-0", "intel-rapl:0", 10),
      [`${CAP}/intel-rapl:1/name`]: "package-1",
    });
    expect((await watched(closed, [{}])).cpu).toBeNull();
    const odd = await tmpFolder();
    await tree(odd, {
      [`${CAP}/intel-rapl:0/name`]: "package-0",
      [`${CAP}/intel-rapl:0/energy_uj`]: 500,
    });
    expect((await watched(odd, [{ [`${CAP}/intel-rapl:0/energy_uj`]: 10 }])).cpu).toBeNull();
    expect((await watched(await tmpFolder(), [{}])).cpu).toBeNull();
  });

  test("two threads of a core are one core; a control group's memory is all that there is", async () => {
    const sysfs = await tmpFolder();
    const siblings = (cpu: number) => `devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`;
    await tree(sysfs, {
      ...Object.fromEntries(
        [0, 1, 4, 5].map((cpu) => [siblings(cpu), `${cpu % 4},${(cpu % 4) + 4}`]),
      ),
      "fs/cgroup/slurm/job_1/memory.max": 8_000_000_000,
      "fs/cgroup/slurm/job_1/step/memory.max": "max",
    });
    expect(ask("print(energy.cores(sys.argv[1], [0, 1, 4, 5]))", sysfs)).toBe(2);
    expect(ask("print(energy.cores(sys.argv[1], [2, 3]))", sysfs)).toBe(2);
    const proc = await tmpFolder();
    await tree(proc, {
      meminfo: "MemTotal:       16000000 kB\nMemFree: 1 kB",
      "self/cgroup": "0::/slurm/job_1/step",
    });
    const memory = "print(json.dumps(energy.memory(sys.argv[1], sys.argv[2])))";
    expect(ask(memory, sysfs, proc)).toBe(8_000_000_000);
    await tree(proc, { "self/cgroup": "0::/" });
    expect(ask(memory, sysfs, proc)).toBe(16_384_000_000);
    expect(ask(memory, sysfs, "/nowhere")).toBeNull();
  });

  test("CUDA_VISIBLE_DEVICES names GPUs as for CUDA", () => {
    const named = (setting: string | null) =>
      ask(
        `
class G:
    def __init__(self, uuid): self.uuid = uuid
gpus = [G("GPU-aa1"), G("GPU-ab2"), G("GPU-b")]
print(json.dumps([g.uuid for g in energy.visible(json.loads(sys.argv[1]), gpus)]))`,
        JSON.stringify(setting),
      );
    expect(named(null)).toEqual(["GPU-aa1", "GPU-ab2", "GPU-b"]);
    expect(named("")).toEqual([]);
    expect(named("-1")).toEqual([]);
    expect(named("NoDevFiles")).toEqual([]);
    expect(named("2, 0")).toEqual(["GPU-b", "GPU-aa1"]);
    expect(named("GPU-ab,GPU-b")).toEqual(["GPU-ab2", "GPU-b"]);
    // Two begin like this; there is no GPU 7; slices have no counter.
    expect(named("0,GPU-a,2")).toEqual(["GPU-aa1"]);
    expect(named("1,7,2")).toEqual(["GPU-ab2"]);
    expect(named("MIG-1234")).toEqual([]);
  });
});

describe.skipIf(!COMPILER)("GPUs, by a stand-in of the library (needs python3 and cc)", () => {
  async function library(): Promise<string> {
    const folder = await tmpFolder();
    const source = resolve(import.meta.dirname, "fake-nvml.c");
    const path = join(folder, "libnvidia-ml.so.1");
    const made = spawnSync("cc", ["-shared", "-fPIC", "-o", path, source], { encoding: "utf8" });
    if (made.status !== 0) throw new Error(made.stderr);
    return path;
  }

  test("the counter where there is one, else power × time; what is lost is unknown", async () => {
    const note = await watched(await tmpFolder(), [{}, {}], await library());
    expect(note.driver).toBe("535.104.05");
    expect(note.gpus).toEqual([
      { name: "Stand-in 0", how: "counter", joules: 14, watts: 300 },
      { name: "Stand-in 1", how: "power", joules: 5000, watts: 300 },
      { name: "Stand-in 2", how: null, joules: null, watts: 300 },
    ]);
  });

  /** launch.py, with the stand-in in place of the driver's. */
  async function launch(argv: string[], env: NodeJS.ProcessEnv = {}) {
    const note = join(await tmpFolder(), "note.json");
    const words = [
      runnerFile("launch.py"),
      note,
      "-",
      ...argv.map((w) => w.replace("{note}", note)),
    ];
    const child = spawn("python3", words, {
      env: {
        ...process.env,
        CUDA_VISIBLE_DEVICES: "GPU-111",
        LD_LIBRARY_PATH: dirname(await library()),
        ...env,
      },
    });
    const told = async () => JSON.parse(await readFile(note, "utf8"));
    return { child, note, told };
  }

  const ONE = [{ name: "Stand-in 0", how: "counter", joules: expect.any(Number), watts: 300 }];

  test("a command that fails fails as it did, and leaves what it took", async () => {
    const until = "while ! grep -q Stand-in '{note}'; do sleep 0.05; done; exit 3";
    const { child, told } = await launch(["/bin/sh", "-c", until]);
    expect(await once(child, "exit")).toEqual([3, null]);
    const { network, energy } = await told();
    expect(["none", "as the machine's"]).toContain(network);
    expect(noteSchema.parse(energy).gpus).toEqual(ONE);
  });

  test("a command that is killed leaves what it took until then, and nothing that runs", async () => {
    const { child, told } = await launch(["/bin/sleep", "300"]);
    const isNoted = async () => (await told().catch(() => ({}))).energy?.gpus.length === 1;
    for (let i = 0; i < 400 && !(await isNoted()); i++) await new Promise((d) => setTimeout(d, 25));
    const watcher = (
      await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8")
    ).trim();
    expect(watcher).toMatch(/^\d+$/);
    child.kill("SIGKILL");
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    expect(noteSchema.parse((await told()).energy).gpus).toEqual(ONE);
    const isGone = () =>
      readFile(`/proc/${watcher}/stat`, "utf8").then(
        (stat) => / Z /.test(stat),
        () => true,
      );
    for (let i = 0; i < 400 && !(await isGone()); i++) await new Promise((d) => setTimeout(d, 25));
    expect(await isGone()).toBe(true);
  });

  test("a library that breaks costs the figure, not the run", async () => {
    const until = "while ! grep -q cores '{note}'; do sleep 0.05; done; echo ran";
    const { child, told } = await launch(["/bin/sh", "-c", until], { NVML_BREAKS: "1" });
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
    });
    expect(await once(child, "close")).toEqual([0, null]);
    expect(said).toBe("ran\n");
    expect(noteSchema.parse((await told()).energy)).toMatchObject({ seconds: 0, gpus: [] });
  });
});
