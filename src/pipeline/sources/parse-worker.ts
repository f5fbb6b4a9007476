// A worker thread of parseFiles: batches of files in, packs out.
import { parentPort, workerData } from "node:worker_threads";
import { parseBatch, type ResultFile } from "./parse-files.ts";
import type { Rules } from "./results.ts";

parentPort?.on("message", (files: ResultFile[]) => {
  const pack = parseBatch(files, workerData as Rules);
  parentPort?.postMessage(pack, [pack.buffer]);
});
