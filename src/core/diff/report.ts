import type { Rescoring } from "../records/suite.ts";
import { medianOf } from "../suite/median.ts";
import { settingsWords } from "../suite/settings.ts";
import type { Sheet } from "../table/export.ts";
import { count, TYPE_LABELS, UNKNOWN } from "../table/format.ts";
import type { Value } from "../table/grid.ts";
import type { Diff, Pair, Rescored } from "./diff.ts";

/** A cell as text; the page makes a link of a model and marks what went up or down. */
export interface Cell {
  text: string;
  /** Name of the model that the text names. */
  model?: string;
  /** A quiet second line: what tells a model's evaluations apart. */
  note?: string;
  /** Another name that a search finds it by. */
  also?: string;
  tone?: "up" | "down";
}

export interface Section {
  key: string;
  title: string;
  /** What the section counts, in a sentence or two. */
  note: string;
  columns: { label: string; kind: "model" | "number" | "text" }[];
  rows: Cell[][];
}

/** What the page says of a difference, before it is HTML. */
export interface Report {
  title: string;
  numbers: { label: string; value: number; section: string }[];
  notes: string[];
  sections: Section[];
}

const FACT_NAMES: Record<string, string> = {
  flagged: "Flagged",
  on_hub: "On the Hub",
  maintainers_choice: "Maintainers’ choice",
  license: "Licence",
  model_type: "Type",
  merged: "Merge",
  moe: "Mixture of experts",
};

/** A difference in words, with everything that differs; the same for the HTML and the browser. */
export function reportOf(
  diff: Diff,
  benchmarks: readonly { key: string; name: string }[],
  rescorings: readonly Rescoring[] = [],
): Report {
  const { counts } = diff;
  const between = rescoringsBetween(rescorings, diff.from, diff.to);
  const nameOf = (key: string) => benchmarks.find((b) => b.key === key)?.name ?? key;
  const climbed = diff.moved.filter((m) => m.place[1] < m.place[0]);
  const fell = diff.moved.filter((m) => m.place[1] > m.place[0]);
  const sections: Section[] = [
    {
      key: "new",
      title: "New",
      note: "Evaluations that the first snapshot lacks. A model run again with another revision, precision, weight type or chat setting is a new evaluation of it.",
      columns: ENTRY_COLUMNS,
      rows: diff.new.map((e) => entryRow(e, "another run known before")),
    },
    {
      key: "gone",
      title: "Gone",
      note: "Evaluations that the second snapshot no longer has.",
      columns: ENTRY_COLUMNS,
      rows: diff.gone.map((e) => entryRow(e, "another run remains")),
    },
    {
      key: "renamed",
      title: "Renamed",
      note: "In both, under another name of the model: the same commit, evaluated in the same way, and one of the two names is missing altogether where the other stands.",
      columns: RENAMED_COLUMNS,
      rows: diff.renamed.map((r) => [
        { ...modelCell(r), also: r.models[0] },
        { text: r.models[0] },
        { text: r.rank.map(rankText).join(" → ") },
        { text: points(r.average[1]) },
      ]),
    },
    {
      key: "rescored",
      title: "Re-scored",
      note: `In both, with another score. “Run again” where it was submitted again in between. ${
        between.length > 0
          ? "“Scored anew” where nothing changed but what the leaderboard scored anew in between."
          : "For the others the tables do not say why."
      }`,
      columns: [
        MODEL,
        { label: "Average before", kind: "number" },
        { label: "After", kind: "number" },
        { label: "Change", kind: "number" },
        { label: "Scores that changed", kind: "text" },
      ],
      rows: diff.rescored.map((r) => [
        modelCell(r, whyOf(r, between)),
        { text: points(r.average[0]) },
        { text: points(r.average[1]) },
        changeCell(r.average),
        {
          text: Object.entries(r.scores)
            .map(([key, [a, b]]) => `${nameOf(key)} ${points(a)} → ${points(b)}`)
            .join(" · "),
        },
      ]),
    },
    {
      key: "climbed",
      title: "Climbed",
      note: MOVED_NOTE,
      columns: MOVED_COLUMNS,
      rows: climbed.map(movedRow),
    },
    {
      key: "fell",
      title: "Fell",
      note: MOVED_NOTE,
      columns: MOVED_COLUMNS,
      rows: fell.map(movedRow),
    },
    {
      key: "changed",
      title: "Facts",
      note: `In both, with something else said of the model: ${
        diff.facts
          .map((f) => FACT_NAMES[f] ?? f)
          .join(", ")
          .toLowerCase() || "nothing could be compared"
      }.`,
      columns: [MODEL, { label: "Changed", kind: "text" }],
      rows: diff.changed.map((c) => [
        modelCell(c),
        {
          text: Object.entries(c.facts)
            .map(([f, [a, b]]) => `${FACT_NAMES[f] ?? f}: ${factText(f, a)} → ${factText(f, b)}`)
            .join(" · "),
        },
      ]),
    },
  ];
  const again = benchmarkSection(diff, nameOf);
  if (again) sections.splice(3, 0, again);
  return {
    title: `${diff.from} to ${diff.to}`,
    numbers: [
      { label: "New", value: counts.new, section: "new" },
      { label: "Gone", value: counts.gone, section: "gone" },
      { label: "Renamed", value: counts.renamed, section: "renamed" },
      { label: "Re-scored", value: counts.rescored, section: "rescored" },
      { label: "Climbed", value: counts.climbed, section: "climbed" },
      { label: "Fell", value: counts.fell, section: "fell" },
      { label: "Facts changed", value: counts.changed, section: "changed" },
    ],
    notes: [...notesOf(diff), ...between.map((r) => rescoringNote(diff, r, nameOf))],
    sections,
  };
}

/** Everything that differs as one long table: a row for each value, for a spreadsheet. */
export function sheetOf(diff: Diff): Sheet {
  const rows: Value[][] = [];
  const add = (
    change: string,
    e: { eval_id: string; model: string },
    name: string,
    pair: Pair<Value>,
  ) => rows.push([change, e.eval_id, e.model, name, ...pair]);
  for (const e of diff.new) {
    add("new", e, "average", [null, e.average]);
    add("new", e, "rank", [null, e.rank]);
  }
  for (const e of diff.gone) {
    add("gone", e, "average", [e.average, null]);
    add("gone", e, "rank", [e.rank, null]);
  }
  for (const e of diff.renamed) {
    add("renamed", e, "model", e.models);
    add("renamed", e, "eval_id", e.eval_ids);
  }
  for (const e of diff.rescored) {
    add("rescored", e, "average", e.average);
    for (const [key, pair] of Object.entries(e.scores)) add("rescored", e, key, pair);
    if (e.submitted_at) add("rescored", e, "submitted_at", e.submitted_at);
  }
  for (const e of diff.moved) {
    add("moved", e, "rank", e.rank);
    add("moved", e, "place", e.place);
  }
  for (const e of diff.changed) {
    for (const [fact, pair] of Object.entries(e.facts)) add("changed", e, fact, pair);
  }
  return { names: ["change", "eval_id", "model", "column", "from", "to"], rows };
}

/** The re-scorings that lie between two tables, whichever is the older. */
function rescoringsBetween(rescorings: readonly Rescoring[], a: string, b: string): Rescoring[] {
  const [from, to] = [a, b].map((name) => name.slice(0, 10)).sort() as [string, string];
  return rescorings.filter(({ day }) => day > from && day <= to);
}

function whyOf({ scores, submitted_at }: Rescored, between: readonly Rescoring[]): string {
  if (submitted_at) return `run again, submitted ${submitted_at[1] ?? UNKNOWN}`;
  const again = between.map((r) => r.benchmark);
  return Object.keys(scores).every((key) => again.includes(key)) && again.length > 0
    ? "scored anew"
    : "";
}

function rescoringNote({ rescored }: Diff, r: Rescoring, nameOf: (key: string) => string): string {
  const changed = rescored.filter(({ scores }) => r.benchmark in scores);
  const alone = changed.filter(({ scores }) => Object.keys(scores).length === 1);
  return `On ${r.day} answers to ${nameOf(r.benchmark)} were scored anew with ${r.what}. Of ${count(changed.length)} whose ${nameOf(r.benchmark)} changed, ${count(alone.length)} have no other changed score.`;
}

const MODEL = { label: "Model", kind: "model" } as const;

const ENTRY_COLUMNS: Section["columns"] = [
  MODEL,
  { label: "Rank", kind: "number" },
  { label: "Average", kind: "number" },
];

const RENAMED_COLUMNS: Section["columns"] = [
  { label: "Model now", kind: "model" },
  { label: "Named before", kind: "text" },
  { label: "Rank", kind: "number" },
  { label: "Average", kind: "number" },
];

const MOVED_COLUMNS: Section["columns"] = [
  MODEL,
  { label: "Places", kind: "number" },
  { label: "Among both", kind: "number" },
  { label: "Rank in all", kind: "number" },
];

const MOVED_NOTE =
  "By place among the evaluations ranked in both, which changes only when scores do. The rank in the whole table also changes when others come and go.";

function entryRow(e: Diff["new"][number], other: string): Cell[] {
  return [
    modelCell(e, e.other ? other : ""),
    { text: rankText(e.rank) },
    { text: points(e.average) },
  ];
}

function rankText(rank: number | null): string {
  return rank === null ? "not ranked" : count(rank);
}

function movedRow({ place, rank, ...e }: Diff["moved"][number]): Cell[] {
  const gained = place[0] - place[1];
  return [
    modelCell(e),
    {
      text: `${gained > 0 ? "+" : "−"}${count(Math.abs(gained))}`,
      tone: gained > 0 ? "up" : "down",
    },
    { text: `${count(place[0])} → ${count(place[1])}` },
    { text: `${count(rank[0])} → ${count(rank[1])}` },
  ];
}

/** Which benchmarks were scored again, and which way. */
function benchmarkSection(diff: Diff, nameOf: (key: string) => string): Section | null {
  const rows = diff.benchmarks.flatMap((key) => {
    const pairs = diff.rescored.flatMap((r) => (r.scores[key] ? [r.scores[key]] : []));
    if (pairs.length === 0) return [];
    const changes = pairs
      .filter((p): p is Pair<number> => p[0] !== null && p[1] !== null)
      .map(([a, b]) => b - a)
      .sort((a, b) => a - b);
    const up = changes.filter((c) => c > 0).length;
    return [
      [
        { text: nameOf(key) },
        { text: count(pairs.length) },
        { text: count(up) },
        { text: count(changes.length - up) },
        { text: signed(changes.length > 0 ? medianOf(changes) : null) },
        { text: signed(changes[0] ?? null) },
        { text: signed(changes.at(-1) ?? null) },
      ],
    ];
  });
  if (rows.length === 0) return null;
  return {
    key: "benchmarks",
    title: "Re-scored, by benchmark",
    note: "Points of the score, after less before.",
    columns: [
      { label: "Benchmark", kind: "text" },
      ...["Changed", "Up", "Down", "Median", "Lowest", "Highest"].map((label) => ({
        label,
        kind: "number" as const,
      })),
    ],
    rows,
  };
}

function notesOf({ counts, rounding, moved, from, to }: Diff): string[] {
  const pushed = moved.filter((m) => m.place[0] === m.place[1]).length;
  return [
    `${count(counts.from)} evaluations in ${from}, ${count(counts.to)} in ${to}, ${count(counts.both)} in both.`,
    ...(pushed > 0
      ? [
          `${count(pushed)} have another rank only because others came, went or moved; they are not listed.`,
        ]
      : []),
    ...(rounding
      ? [
          "Part of the scores were published with two digits: differences of up to 0.005 points are rounding, and are not counted.",
        ]
      : []),
  ];
}

function modelCell({ eval_id, model }: { eval_id: string; model: string }, more = ""): Cell {
  const variant = eval_id.startsWith(`${model}@`) ? eval_id.slice(model.length + 1) : "";
  const [revision = "", precision = "", weights = "", chat = "", settings = ""] =
    variant.split(":");
  const parts = [
    precision,
    weights === "Original" ? "" : weights.toLowerCase(),
    chat === "chat" ? "chat template" : "",
    settingsWords(settings),
    revision,
    more,
  ];
  return { text: model, model, note: parts.filter((p) => p !== "" && p !== "-").join(" · ") };
}

function changeCell([a, b]: Pair<number | null>): Cell {
  if (a === null || b === null) return { text: UNKNOWN };
  return { text: signed(b - a), tone: b < a ? "down" : "up" };
}

function factText(fact: string, value: Value): string {
  if (value === null) return "unknown";
  if (typeof value === "boolean") return value ? "yes" : "no";
  const label = fact === "model_type" && TYPE_LABELS[value as keyof typeof TYPE_LABELS];
  return label || String(value);
}

function points(value: number | null): string {
  return value === null ? UNKNOWN : value.toFixed(2);
}

function signed(value: number | null): string {
  if (value === null) return UNKNOWN;
  const text = Math.abs(value).toFixed(2);
  return `${value < 0 ? "−" : "+"}${text}`;
}
