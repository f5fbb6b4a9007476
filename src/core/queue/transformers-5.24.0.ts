// Made by scripts/runner/architectures.py: change that, not this.
import { listOf, type Transformers } from "./transformers.ts";

export const TRANSFORMERS_5_24_0: Transformers = {
  version: "5.24.0",
  modelTypes: listOf(
    "afmoe apertus apertus1p5_text arcee aria_text audioflamingo3 axk1 axk2 bailing_hybrid bamba " +
      "bart beam bert bert-generation big_bird bigbird_pegasus biogpt bitnet blenderbot " +
      "blenderbot-small bloom blt camembert codegen cohere cohere2 cohere2_moe cohere_compass_text " +
      "cpmant ctrl cwm data2vec-text dbrx deepseek_v2 deepseek_v3 deepseek_v32 deepseek_v4 diffllama " +
      "doge dory dots1 dots3_note dots3_note_text electra emu3 encoder-decoder ernie ernie4_5 " +
      "ernie4_5_moe exaone exaone4 exaone_moe falcon falcon_h1 falcon_mamba flex_olmo flint fsmt fuyu " +
      "gemma gemma2 gemma3 gemma3_text gemma3n gemma3n_text gemma4 gemma4_assistant gemma4_text " +
      "gemma4_unified gemma4_unified_assistant gemma4_unified_text git glm glm4 glm4_moe glm4_moe_lite " +
      "glm_moe_dsa glmasr got_ocr2 gpt-sw3 gpt2 gpt_bigcode gpt_neo gpt_neox gpt_neox_japanese gpt_oss " +
      "gptj granite granite_speech granite_speech_plus granite_swa granitemoe granitemoe_swa " +
      "granitemoehybrid granitemoeshared helium hrm_text hunyuan_v1_dense hunyuan_v1_moe hy_v3 hy_v4 " +
      "hyperclovax inkling2_loop_text inkling2_text inkling_text internlm3 iquestcoder jais2 jamba " +
      "jetmoe kimi_linear kolibri1 laguna lara_mini led lfm2 lfm2_moe lfm3 llama llama4 llama4_text " +
      "longcat_flash longt5 m2m_100 mamba mamba2 marian mbart megatron-bert mellum mimo_v2_flash " +
      "minicpm3 minimax minimax_m2 minimax_m3_vl_text ministral ministral3 mistral mixtral mllama " +
      "modernbert-decoder moshi moss_transcribe_diarize mpt mt5 musicflamingo musicgen musicgen_melody " +
      "mvp nanochat nemo_speechlm nemotron nemotron_h nllb-moe olmo olmo2 olmo3 olmo_hybrid olmoe " +
      "omniasr openai-gpt opt pegasus pegasus_x persimmon phi phi3 phi4_multimodal phimoe plbart " +
      "prophetnet qwen2 qwen2_audio qwen2_moe qwen3 qwen3_5 qwen3_5_moe qwen3_5_moe_text qwen3_5_text " +
      "qwen3_asr qwen3_moe qwen3_next qwen4_exp qwen4_exp_text recurrent_gemma reformer rembert " +
      "roberta roberta-prelayernorm roc_bert roformer rwkv sarvam_mla sarvam_moe seamless_m4t " +
      "seamless_m4t_v2 seed_oss smollm3 solar_open stablelm starcoder2 switch_transformers t5 t5gemma " +
      "t5gemma2 trocr umt5 vaultgemma vibevoice_asr voxtral voxtral_realtime whisper xglm xlm " +
      "xlm-roberta xlm-roberta-xl xlnet xlstm xmod youtu zamba zamba2 zaya",
  ),
  tokenizers: listOf(
    "AlbertTokenizer BartTokenizer BarthezTokenizer BartphoTokenizer BertJapaneseTokenizer " +
      "BertTokenizer BertweetTokenizer BigBirdTokenizer BioGptTokenizer BlenderbotSmallTokenizer " +
      "BlenderbotTokenizer ByT5Tokenizer CLIPTokenizer CTRLTokenizer CamembertTokenizer " +
      "CanineTokenizer ClvpTokenizer CodeLlamaTokenizer CohereTokenizer CpmAntTokenizer CpmTokenizer " +
      "DPRQuestionEncoderTokenizer DebertaTokenizer DebertaV2Tokenizer DiaTokenizer EsmTokenizer " +
      "EsmcTokenizer FNetTokenizer FSMTTokenizer FlaubertTokenizer FunnelTokenizer GPT2Tokenizer " +
      "GPTNeoXJapaneseTokenizer GPTNeoXTokenizer GemmaTokenizer HerbertTokenizer LEDTokenizer " +
      "LasrTokenizer LayoutLMv2Tokenizer LayoutLMv3Tokenizer LayoutXLMTokenizer LlamaTokenizer " +
      "LukeTokenizer LxmertTokenizer MBart50Tokenizer MBartTokenizer MPNetTokenizer MarkupLMTokenizer " +
      "MgpstrTokenizer MobileBertTokenizer MvpTokenizer MyT5Tokenizer NllbTokenizer NougatTokenizer " +
      "OpenAIGPTTokenizer PLBartTokenizer ParakeetTokenizer PegasusTokenizer PerceiverTokenizer " +
      "PhobertTokenizer PreTrainedTokenizer ProphetNetTokenizer PythonBackend Qwen2Tokenizer " +
      "Qwen3_5Tokenizer RagTokenizer ReformerTokenizer RemBertTokenizer RoCBertTokenizer " +
      "RoFormerTokenizer RobertaTokenizer SeamlessM4TTokenizer Siglip2Tokenizer SplinterTokenizer " +
      "T5Tokenizer TapasTokenizer TokenizersBackend UdopTokenizer VideoPrismTokenizer VitsTokenizer " +
      "Wav2Vec2CTCTokenizer Wav2Vec2PhonemeCTCTokenizer WhisperTokenizer XGLMTokenizer " +
      "XLMRobertaTokenizer XLMTokenizer XLNetTokenizer",
  ),
};
