/** What a version of transformers loads by itself. */
export interface Transformers {
  version: string;
  /** `model_type` of a config that it loads as a language model, without any code of the model's. */
  modelTypes: ReadonlySet<string>;
  /** `tokenizer_class` of tokenizers that are part of it, without a `Fast` at the end. */
  tokenizers: ReadonlySet<string>;
}

/** The words of a text, with one space between two. */
export function listOf(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}
