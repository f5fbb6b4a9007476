import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Sibling } from "../../../src/pipeline/formats/format.ts";

/** A document of a format, and what lies beside it. */
export interface Document {
  format: string;
  path: string;
  json: unknown;
  sibling: Sibling;
}

const SHOWN = "src/site/docs/formats";
const MORE = "tests/fixtures/formats";

/** Every document there is: those that the documentation shows, and more. */
export function documents(): Document[] {
  return [...below(SHOWN), ...below(MORE)].map((path) => document(path));
}

export function document(path: string): Document {
  const sibling = (name: string) => {
    const beside = join(dirname(path), name);
    return readdirSync(dirname(path)).includes(name) ? jsonAt(beside) : null;
  };
  return { format: formatAt(path), path, json: jsonAt(path), sibling };
}

/** One that the documentation shows. */
export const shown = (name: string) => document(join(SHOWN, name));
/** One for tests only. */
export const more = (name: string) => document(join(MORE, name));

function jsonAt(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

function below(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json") && !name.endsWith("run_spec.json"))
    .map((name) => join(folder, name));
}

/** `FOLDER/ID.json` or `FOLDER/ID/….json` */
function formatAt(path: string): string {
  const folder = [SHOWN, MORE].find((f) => path.startsWith(f))!;
  return path.slice(folder.length + 1).replace(/(\/.*|\.json)$/, "");
}
