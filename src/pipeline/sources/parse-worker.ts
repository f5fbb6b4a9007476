// A worker thread of parseFiles: batches of files in, packs out.
import { parentPort, workerData } from "node:worker_threads";
import type { Suite } from "../../core/records/suite.ts";
import { parseBatch, type ResultFile } from "./parse-files.ts";

parentPort?.on("message", (files: ResultFile[]) => {
  const pack = parseBatch(files, workerData as Suite[]);
  parentPort?.postMessage(pack, [pack.buffer]);
});
