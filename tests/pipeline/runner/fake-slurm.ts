import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { tmpFolder } from "../cache/folder.ts";

/** Programs of Slurm that say what files beside them say. */
const PROGRAMS: Record<string, string> = {
  sinfo: 'echo "spare*|2|4000|idle|gpu:1"',
  // Notes what it is given; a report that is there is the command's.
  sbatch: `
if [ -s refusals ]; then head -n 1 refusals >&2; sed -i 1d refusals; [ -e taken ] && mv taken strays; exit 1; fi
printf '%s\\n' "$@" > words; env > env
for place; do :; done
stat -c %a "$place/command.json" > mode; cp "$place/command.json" command.json
[ -e ended.json ] && cp ended.json "$place/ended.json"
echo 7`,
  // Of its lines each is said once, the last one for ever.
  squeue: `
case "$*" in *format*) cat strays 2>/dev/null; exit 0 ;; esac
line=$(head -n 1 looks); [ "$(wc -l < looks)" -gt 1 ] && sed -i 1d looks
case "$line" in
  away) echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2; exit 1 ;;
  gone) echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1 ;;
esac
printf '%-24s%-12s%-80s\\n' $line`,
  scancel: 'echo "$@" >> cancelled; rm -f strays; echo "CANCELLED 0 None" > looks',
  sacct: "cat accounting",
};

/** A Slurm that says of a job what it is told to. */
export interface FakeSlurm {
  /** What squeue says, look by look: state, restarts, reason; or `away`, `gone`. */
  looks: (...lines: string[]) => Promise<void>;
  write: (name: string, text: string) => Promise<void>;
  /** A file that its programs wrote; empty where they did not. */
  read: (name: string) => Promise<string>;
}

/** Puts its programs before all others, until the test has ended. */
export async function fakeSlurm(): Promise<FakeSlurm> {
  const folder = await tmpFolder();
  const bin = join(folder, "bin");
  await mkdir(bin);
  for (const [name, lines] of Object.entries(PROGRAMS)) {
    await writeFile(join(bin, name), `#!/bin/sh\ncd '${folder}'\n${lines}\n`);
    await chmod(join(bin, name), 0o755);
  }
  const path = process.env.PATH;
  process.env.PATH = `${bin}:/usr/bin:/bin`;
  onTestFinished(() => {
    process.env.PATH = path;
  });
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  return {
    looks: (...lines) => write("looks", `${lines.join("\n")}\n`),
    write,
    read: (name) => readFile(join(folder, name), "utf8").catch(() => ""),
  };
}
