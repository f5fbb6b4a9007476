import { cleanText } from "../records/text.ts";
import type { ModelFacts } from "./facts.ts";
import type { Submission } from "./submission.ts";

/** A reason why a submission is not taken, in plain text: what is wrong, and what would mend it. */
export interface Objection {
  id: ObjectionId;
  what: string;
  fix: string;
}

export type ObjectionId =
  | "missing"
  | "revision"
  | "renamed"
  | "private"
  | "gated"
  | "disabled"
  | "file"
  | "unreadable"
  | "remote-code"
  | "architecture"
  | "tokenizer"
  | "safetensors"
  | "adapter"
  | "license"
  | "card"
  | "chat-template"
  | "precision"
  | "size"
  | "evaluated"
  | "queued"
  | "never"
  | "per-author";

/** Characters of a sentence. */
const LONGEST = 500;

/** Text without what steers or is not seen, of a bounded length. */
export function plain(text: string): string {
  const clean = cleanText(text).replace(/\p{Cf}/gu, "");
  if (clean.length <= LONGEST) return clean;
  // What is cut may be half a letter.
  return `${cleanText(clean.slice(0, LONGEST - 1))}…`;
}

/** Something that a stranger wrote, within a sentence. */
export function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

/** An adapter that was submitted as a whole model lacks all else of one, which need not be said. */
export function isTakenForModel(
  { weight_type }: Submission,
  { weights, adapterOf }: ModelFacts,
): boolean {
  return weight_type !== "Adapter" && weights.files.length === 0 && adapterOf !== null;
}

/** Whether something is wrong with a file that is called so, or begins so. */
export function hasWrong({ wrong }: ModelFacts, beginning: string): boolean {
  return wrong.some(({ file }) => file.startsWith(beginning));
}
