"""Makes FOLDER/model, a Llama of a few thousand random weights with a tokenizer of bytes and a chat template,
and FOLDER/adapter, a LoRA of it.

    python tiny_model.py FOLDER
"""

import os
import sys

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

model, adapter = (os.path.join(sys.argv[1], name) for name in ("model", "adapter"))
torch.manual_seed(14)

alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
vocabulary = {token: i for i, token in enumerate(["<s>", "</s>", *alphabet])}
bytewise = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
bytewise.decoder = decoders.ByteLevel()
tokenizer = PreTrainedTokenizerFast(
    tokenizer_object=bytewise, bos_token="<s>", eos_token="</s>", pad_token="</s>"
)
tokenizer.chat_template = (
    "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
tokenizer.save_pretrained(model)

config = LlamaConfig(
    vocab_size=len(vocabulary),
    hidden_size=32,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=2,
    max_position_embeddings=2048,
    bos_token_id=0,
    eos_token_id=1,
)
llama = LlamaForCausalLM(config)
llama.save_pretrained(model)

lora = get_peft_model(llama, LoraConfig(r=4, init_lora_weights=False, base_model_name_or_path="compass/random"))
lora.save_pretrained(adapter)
