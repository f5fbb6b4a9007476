import type { Evaluation, ModelType } from "./evaluation.ts";

/** Type names were published in words, with or without spaces, emoji and examples in brackets. */
const TYPES: [RegExp, ModelType][] = [
  [/^continuouslypretrained/, "continuously_pretrained"],
  [/^pretrained/, "pretrained"],
  [/^finetuned/, "fine_tuned"],
  [/^chat/, "chat"],
  [/^(base)?merge/, "merge"],
  [/^multimodal/, "multimodal"],
  [/^other/, "other"],
];

/** The type that words stand for; null where they stand for none. */
export function modelTypeOf(words: string): ModelType | null {
  const letters = words.toLowerCase().replace(/[^a-z]/g, "");
  return TYPES.find(([pattern]) => pattern.test(letters))?.[1] ?? null;
}

/** The weight type that a word stands for, in whichever case; null where it stands for none. */
export function weightTypeOf(word: string): Evaluation["weight_type"] {
  const text = word.toLowerCase();
  if (text === "original") return "Original";
  if (text === "adapter") return "Adapter";
  return text === "delta" ? "Delta" : null;
}
