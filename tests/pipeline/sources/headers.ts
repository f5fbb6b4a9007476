/** Headers of published contents tables, one per shape, as they were in the files. */
export const HEADERS = {
  v1: "t,model,average,arc,hellaswag,mmlu,truthfulqa,winogrande,gsm8k,type,architecture,weight_type,precision,merged,hub_license,params_b,hub_hearts,available_on_the_hub,model_sha,flagged,moe,date,fullname,url",
  "2024-07-13":
    "t,model,average,ifeval,ifeval_raw,bbh,bbh_raw,math_lvl_5,math_lvl_5_raw,gpqa,gpqa_raw,musr,musr_raw,mmlupro,mmlupro_raw,type,architecture,weight_type,precision,not_merged,hub_license,params_b,hub_hearts,available_on_the_hub,model_sha,flagged,moe,submission_date,upload_to_hub_date,chat_template,maintainers_highlight,fullname,url",
  "2024-09-15":
    "t,model,average,ifeval,ifeval_raw,bbh,bbh_raw,math_lvl_5,math_lvl_5_raw,gpqa,gpqa_raw,musr,musr_raw,mmlupro,mmlupro_raw,type,architecture,weight_type,precision,not_merged,hub_license,params_b,hub_hearts,available_on_the_hub,model_sha,flagged,moe,submission_date,upload_to_hub_date,chat_template,maintainers_highlight,fullname,generation,base_model,url",
  "2024-12-06":
    "t,model,average,ifeval,ifeval_raw,bbh,bbh_raw,math_lvl_5,math_lvl_5_raw,gpqa,gpqa_raw,musr,musr_raw,mmlupro,mmlupro_raw,type,architecture,weight_type,precision,not_merged,hub_license,params_b,hub_hearts,available_on_the_hub,model_sha,flagged,moe,submission_date,upload_to_hub_date,chat_template,official_providers,fullname,generation,base_model,co_cost_kg,url",
  "2024-12-26":
    "id,model_name,model_sha,model_precision,model_type,model_weight_type,model_architecture,model_average_score,model_has_chat_template,evaluations_ifeval_name,evaluations_ifeval_value,evaluations_ifeval_normalized_score,evaluations_bbh_name,evaluations_bbh_value,evaluations_bbh_normalized_score,evaluations_math_name,evaluations_math_value,evaluations_math_normalized_score,evaluations_gpqa_name,evaluations_gpqa_value,evaluations_gpqa_normalized_score,evaluations_musr_name,evaluations_musr_value,evaluations_musr_normalized_score,evaluations_mmlu_pro_name,evaluations_mmlu_pro_value,evaluations_mmlu_pro_normalized_score,features_is_not_available_on_hub,features_is_merged,features_is_moe,features_is_flagged,features_is_highlighted_by_maintainer,metadata_upload_date,metadata_submission_date,metadata_generation,metadata_base_model,metadata_hub_license,metadata_hub_hearts,metadata_params_billions,metadata_co2_cost",
  "2025-01-14":
    "id,model_name,model_sha,model_precision,model_type,model_weight_type,model_architecture,model_average_score,model_has_chat_template,evaluations_ifeval_name,evaluations_ifeval_value,evaluations_ifeval_normalized_score,evaluations_bbh_name,evaluations_bbh_value,evaluations_bbh_normalized_score,evaluations_math_name,evaluations_math_value,evaluations_math_normalized_score,evaluations_gpqa_name,evaluations_gpqa_value,evaluations_gpqa_normalized_score,evaluations_musr_name,evaluations_musr_value,evaluations_musr_normalized_score,evaluations_mmlu_pro_name,evaluations_mmlu_pro_value,evaluations_mmlu_pro_normalized_score,features_is_not_available_on_hub,features_is_merged,features_is_moe,features_is_flagged,features_is_official_provider,metadata_upload_date,metadata_submission_date,metadata_generation,metadata_base_model,metadata_hub_license,metadata_hub_hearts,metadata_params_billions,metadata_co2_cost",
} as const;

export type HeaderShape = keyof typeof HEADERS;

type Cells = Record<string, string | number | boolean>;

/** A CSV text with a header and rows given by column; what a row leaves out is empty. */
export function csv(header: string, rows: Cells[]): string {
  const columns = header.split(",");
  for (const name of rows.flatMap((r) => Object.keys(r))) {
    if (!columns.includes(name)) throw new Error(`the header has no ${name}`);
  }
  const quoted = (cell: Cells[string] | undefined) => {
    if (cell === undefined) return "";
    if (typeof cell === "boolean") return cell ? "TRUE" : "FALSE";
    return /[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell);
  };
  const lines = rows.map((row) => columns.map((name) => quoted(row[name])).join(","));
  return `${[header, ...lines].join("\n")}\n`;
}

/** Six plausible scores with two digits, as tables had until December 2024. */
export const FLAT_SCORES: Cells = {
  ifeval: 79.89,
  ifeval_raw: 0.8,
  bbh: 57.48,
  bbh_raw: 0.7,
  math_lvl_5: 35.12,
  math_lvl_5_raw: 0.35,
  gpqa: 16.33,
  gpqa_raw: 0.37,
  musr: 17.17,
  musr_raw: 0.46,
  mmlupro: 48.92,
  mmlupro_raw: 0.54,
  average: 42.49,
};

/** Six plausible scores in full, as tables have since. */
export const LONG_SCORES: Cells = {
  evaluations_ifeval_value: 0.5,
  evaluations_ifeval_normalized_score: 50,
  evaluations_bbh_value: 0.4,
  evaluations_bbh_normalized_score: 18.25,
  evaluations_math_value: 0.1,
  evaluations_math_normalized_score: 10,
  evaluations_gpqa_value: 0.4,
  evaluations_gpqa_normalized_score: 20,
  evaluations_musr_value: 0.45,
  evaluations_musr_normalized_score: 16.5,
  evaluations_mmlu_pro_value: 0.37,
  evaluations_mmlu_pro_normalized_score: 30,
  model_average_score: 24.125,
};

/** Six v1 percentages. */
export const V1_SCORES: Cells = {
  arc: 70,
  hellaswag: 80,
  mmlu: 60,
  truthfulqa: 50,
  winogrande: 75,
  gsm8k: 55,
  average: 65,
};
