import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { EngineSize } from "../../core/describe/loading.ts";
import { formatBytes } from "../../core/table/format.ts";
import { installed } from "../../pipeline/installed/package-root.ts";

/** What a browser loads to run DuckDB, as `src/browser/engine.ts` names it. The page's own code is extra. */
const FILES = ["duckdb-eh.wasm", "duckdb-browser-eh.worker.js"].map(
  (name) => `@duckdb/duckdb-wasm/dist/${name}`,
);

let measured: Promise<EngineSize> | undefined;

/** Size of the query engine's files. Measured once per build: packing 18 MB takes a second. */
export function engineSize(): Promise<EngineSize> {
  measured ??= measure();
  return measured;
}

async function measure(): Promise<EngineSize> {
  const files = await Promise.all(FILES.map((file) => readFile(installed(file))));
  const packed = await Promise.all(files.map((file) => promisify(gzip)(file)));
  const sum = (buffers: readonly Buffer[]) => buffers.reduce((all, b) => all + b.length, 0);
  return { plain: sum(files), packed: sum(packed) };
}

/** The same in words, as a host sends it that compresses: `4.3 MB`. */
export async function engineWords(): Promise<string> {
  return formatBytes((await engineSize()).packed);
}
