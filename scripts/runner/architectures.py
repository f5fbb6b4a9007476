"""Prints src/core/queue/architectures.ts, from the transformers that is installed.

    .cache/runner/harness/KEY/bin/python scripts/runner/architectures.py > src/core/queue/architectures.ts

To be run after every change of the lock file's transformers, and then `npm run format`.
"""

import transformers
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES,
)
from transformers.models.auto.tokenization_auto import TOKENIZER_MAPPING_NAMES

HEAD = """// Made by scripts/runner/architectures.py: change that, not this.

/** The transformers of the runner's lock file, which the lists below are of. */
export const TRANSFORMERS = "%s";

/** `model_type` of a config that transformers loads as a language model, without any code of the model's. */
export const MODEL_TYPES_KNOWN: ReadonlySet<string> = new Set(
  (
%s
  ).split(" "),
);

/** `tokenizer_class` of tokenizers that are part of transformers, without a `Fast` at the end. */
export const TOKENIZERS_KNOWN: ReadonlySet<string> = new Set(
  (
%s
  ).split(" "),
);"""

#: Classes for tokenizers that have everything in their own files.
GENERAL = ["PreTrainedTokenizer", "TokenizersBackend", "PythonBackend"]


def lines(words):
    """Words as a sum of texts of at most 96 characters."""
    rows, row = [], ""
    for word in words:
        if row and len(row) + len(word) > 95:
            rows.append(row)
            row = ""
        row += word + " "
    rows.append(row.rstrip())
    return " +\n".join(f'    "{row}"' for row in rows)


def main():
    models = {*MODEL_FOR_CAUSAL_LM_MAPPING_NAMES, *MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES}
    tokenizers = set(GENERAL)
    for names in TOKENIZER_MAPPING_NAMES.values():
        names = names if isinstance(names, (list, tuple)) else [names]
        tokenizers |= {name.removesuffix("Fast") for name in names if name}
    print(HEAD % (transformers.__version__, lines(sorted(models)), lines(sorted(tokenizers))))


main()
