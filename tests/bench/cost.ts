import { spawn } from "node:child_process";

/** What a process took: seconds, and megabytes at its highest. */
export interface Cost {
  seconds: number;
  megabytes: number;
}

/** Wall-clock time of a command from its start to its end, and its largest resident size. */
export async function costOf(args: string[]): Promise<Cost> {
  const tell = `process.on("exit", () => console.error("peak", process.resourceUsage().maxRSS))`;
  const start = performance.now();
  const child = spawn(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(tell)}`, ...args],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let err = "";
  child.stderr.on("data", (text) => {
    err += text;
  });
  const code = await new Promise((done) => child.on("close", done));
  const seconds = (performance.now() - start) / 1000;
  const peaks = [...err.matchAll(/^peak (\d+)$/gm)].map((m) => Number(m[1]) / 1024);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${err}`);
  return { seconds, megabytes: Math.max(...peaks) };
}
