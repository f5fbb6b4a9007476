"""Makes a folder of safetensors, in bfloat16, of SmolLM2-135M-Instruct as a GGUF file has it.

    python convert.py FOLDER FILE OUT

The file's weights are of 4 bits (the embedding's of 8): here each is the number that its bits stand for,
rounded to bfloat16. They are near the published weights, and are not those.

The tokenizer is made of the file's own vocabulary and merges. How text is cut before they apply the file
names only: "smollm" are single digits, then GPT-2's rule, as in the model's own tokenizer.json.
"""

import os
import sys

import torch
from gguf import GGUFReader
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AddedToken, AutoModelForCausalLM, PreTrainedTokenizerFast

# Of a token's types, as GGUF numbers them: what is no text.
CONTROL = 3


def tokenizer_of(path):
    fields = GGUFReader(path).fields

    def value(name):
        return fields[f"tokenizer.{name}"].contents()

    if value("ggml.model") != "gpt2" or value("ggml.pre") != "smollm":
        raise SystemExit(f"{path} has a tokenizer of another kind than SmolLM2's.")
    tokens = value("ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in value("ggml.merges")]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    types = value("ggml.token_type")
    control = [AddedToken(t, special=True, normalized=False) for t, k in zip(tokens, types) if k == CONTROL]
    made.add_special_tokens(control)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made,
        bos_token=tokens[value("ggml.bos_token_id")],
        eos_token=tokens[value("ggml.eos_token_id")],
        unk_token=tokens[value("ggml.unknown_token_id")],
        pad_token=tokens[value("ggml.padding_token_id")],
        clean_up_tokenization_spaces=False,
        model_max_length=fields["llama.context_length"].contents(),
    )
    tokenizer.chat_template = value("chat_template")
    return tokenizer


def main():
    folder, file, out = sys.argv[1:]
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, torch_dtype=torch.bfloat16)
    model.save_pretrained(out, safe_serialization=True)
    tokenizer_of(os.path.join(folder, file)).save_pretrained(out)


main()
