import type { Suite } from "../../core/records/suite.ts";
import { modelsColumns } from "../../core/table/schema.ts";

/** A column of a contents table, by its name in our own tables and its title in those of the Hub. */
export interface ContentsColumn {
  name: string;
  /** Null where the Hub's tables have no such column. */
  title: string | null;
  meaning: string;
}

/** Titles as the leaderboards of the Hub publish them, by the name in our tables. */
const TITLES: [name: string, title: string | null][] = [
  ["model", "fullname"],
  ["revision", "Model sha"],
  ["precision", "Precision"],
  ["weight_type", "Weight type"],
  ["chat_template", "Chat Template"],
  ["settings", null],
  ["model_type", "Type"],
  ["architecture", "Architecture"],
  ["params_b", "#Params (B)"],
  ["license", "Hub License"],
  ["likes", "Hub ❤️"],
  ["base_model", "Base Model"],
  ["generation", "Generation"],
  ["merged", "Merged"],
  ["moe", "MoE"],
  ["flagged", "Flagged"],
  ["on_hub", "Available on the hub"],
  ["availability", null],
  ["maintainers_choice", "Official Providers"],
  ["submitted_at", "Submission Date"],
  ["uploaded_at", "Upload To Hub Date"],
  ["co2_kg", "CO₂ cost (kg)"],
  ["context_length", null],
  ["context_source", null],
];

/** All columns that are read from a contents table of a suite, the needed ones first. */
export function contentsColumns(suite: Suite): ContentsColumn[] {
  const documented = new Map(modelsColumns(suite).map((c) => [c.name, c.description]));
  const column = (name: string, title: string | null) => ({
    name,
    title,
    meaning: documented.get(name) ?? "",
  });
  const scores = suite.benchmarks.flatMap(({ key, columns: [title = key] }) => [
    ...(suite.normalized ? [column(`${key}_raw`, `${title} Raw`)] : []),
    column(key, title),
  ]);
  const [model, ...facts] = TITLES.map(([name, title]) => column(name, title));
  return [
    model!,
    ...scores,
    ...facts,
    {
      name: "average",
      title: "Average ⬆️",
      meaning: "Read from a dated table only (2026-01-31.csv), for its history; else worked out.",
    },
  ];
}
