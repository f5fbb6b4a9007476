// Made by scripts/runner/architectures.py: change that, not this.
import { listOf, type Transformers } from "./transformers.ts";

export const TRANSFORMERS_4_49_0: Transformers = {
  version: "4.49.0",
  modelTypes: listOf(
    "aria_text bamba bart bert bert-generation big_bird bigbird_pegasus biogpt blenderbot " +
      "blenderbot-small bloom camembert code_llama codegen cohere cohere2 cpmant ctrl data2vec-text " +
      "dbrx diffllama electra emu3 encoder-decoder ernie falcon falcon_mamba fsmt fuyu gemma gemma2 " +
      "git glm got_ocr2 gpt-sw3 gpt2 gpt_bigcode gpt_neo gpt_neox gpt_neox_japanese gptj " +
      "gptsan-japanese granite granitemoe granitemoeshared helium jamba jetmoe led llama longt5 " +
      "m2m_100 mamba mamba2 marian mbart mega megatron-bert mistral mixtral mllama moshi mpt mt5 " +
      "musicgen musicgen_melody mvp nemotron nllb-moe olmo olmo2 olmoe open-llama openai-gpt opt " +
      "pegasus pegasus_x persimmon phi phi3 phimoe plbart prophetnet qdqbert qwen2 qwen2_audio " +
      "qwen2_moe recurrent_gemma reformer rembert roberta roberta-prelayernorm roc_bert roformer rwkv " +
      "seamless_m4t seamless_m4t_v2 speech_to_text_2 stablelm starcoder2 switch_transformers t5 " +
      "transfo-xl trocr umt5 whisper xglm xlm xlm-prophetnet xlm-roberta xlm-roberta-xl xlnet xmod " +
      "zamba zamba2",
  ),
  tokenizers: listOf(
    "AlbertTokenizer BartTokenizer BarthezTokenizer BartphoTokenizer BertGenerationTokenizer " +
      "BertJapaneseTokenizer BertTokenizer BertweetTokenizer BigBirdTokenizer BioGptTokenizer " +
      "BlenderbotSmallTokenizer BlenderbotTokenizer BloomTokenizer ByT5Tokenizer CLIPTokenizer " +
      "CTRLTokenizer CamembertTokenizer CanineTokenizer ClvpTokenizer CodeGenTokenizer " +
      "CodeLlamaTokenizer CohereTokenizer ConvBertTokenizer CpmAntTokenizer CpmTokenizer " +
      "DPRQuestionEncoderTokenizer DebertaTokenizer DebertaV2Tokenizer DistilBertTokenizer " +
      "ElectraTokenizer ErnieMTokenizer EsmTokenizer FNetTokenizer FSMTTokenizer FlaubertTokenizer " +
      "FunnelTokenizer GPT2Tokenizer GPTNeoXJapaneseTokenizer GPTNeoXTokenizer GPTSanJapaneseTokenizer " +
      "GPTSw3Tokenizer GemmaTokenizer HerbertTokenizer JukeboxTokenizer LEDTokenizer LayoutLMTokenizer " +
      "LayoutLMv2Tokenizer LayoutLMv3Tokenizer LayoutXLMTokenizer LlamaTokenizer LongformerTokenizer " +
      "LukeTokenizer LxmertTokenizer M2M100Tokenizer MBart50Tokenizer MBartTokenizer MLukeTokenizer " +
      "MPNetTokenizer MT5Tokenizer MarianTokenizer MgpstrTokenizer MobileBertTokenizer MvpTokenizer " +
      "MyT5Tokenizer NllbTokenizer OpenAIGPTTokenizer PLBartTokenizer PegasusTokenizer " +
      "PerceiverTokenizer PhobertTokenizer PreTrainedTokenizer ProphetNetTokenizer Qwen2Tokenizer " +
      "RagTokenizer RealmTokenizer ReformerTokenizer RemBertTokenizer RetriBertTokenizer " +
      "RoCBertTokenizer RoFormerTokenizer RobertaTokenizer SeamlessM4TTokenizer SiglipTokenizer " +
      "Speech2Text2Tokenizer Speech2TextTokenizer SpeechT5Tokenizer SplinterTokenizer " +
      "SqueezeBertTokenizer T5Tokenizer TapasTokenizer TapexTokenizer TransfoXLTokenizer UdopTokenizer " +
      "VitsTokenizer Wav2Vec2CTCTokenizer Wav2Vec2PhonemeCTCTokenizer WhisperTokenizer XGLMTokenizer " +
      "XLMProphetNetTokenizer XLMRobertaTokenizer XLMTokenizer XLNetTokenizer",
  ),
};
