"""Prints src/core/queue/transformers-X.Y.Z.ts, from the transformers that is installed.

    .cache/runner/harness/KEY/bin/python scripts/runner/architectures.py > src/core/queue/transformers-X.Y.Z.ts

To be run after every change of a lock file's transformers, once for each lock, and then `npm run format`.
"""

import transformers
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES,
)
from transformers.models.auto.tokenization_auto import TOKENIZER_MAPPING_NAMES

HEAD = """// Made by scripts/runner/architectures.py: change that, not this.
import { listOf, type Transformers } from "./transformers.ts";

export const TRANSFORMERS_%s: Transformers = {
  version: "%s",
  modelTypes: listOf(
%s,
  ),
  tokenizers: listOf(
%s,
  ),
};"""

#: Classes for tokenizers that have everything in their own files, as far as this version has them.
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
    tokenizers = {name for name in GENERAL if hasattr(transformers, name)}
    for names in TOKENIZER_MAPPING_NAMES.values():
        names = names if isinstance(names, (list, tuple)) else [names]
        tokenizers |= {name.removesuffix("Fast") for name in names if name}
    version = transformers.__version__
    print(HEAD % (version.replace(".", "_"), version, lines(sorted(models)), lines(sorted(tokenizers))))


main()
