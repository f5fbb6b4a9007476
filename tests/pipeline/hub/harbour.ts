/**
 * The datasets of Havnetavlen, a made-up team's leaderboard (tests/fixtures/harbour.config.ts), as they
 * would lie on the Hub. All of it is synthetic, and called so. A model is how many questions it
 * answered right: of 40 on the tides in the north, of 60 in the south, of 50 knots.
 */
import { createHash } from "node:crypto";
import { parquetWriteBuffer } from "hyparquet-writer";
import { resultsFile } from "../sources/harness.ts";
import { commitFiles, type Files, type StandIn } from "./stand-in.ts";

export interface Sailor {
  model: string;
  north: number;
  south: number;
  knots: number;
  chat?: boolean;
}

/** Ahead, alike, below what guessing gives, flagged, and a shoal of others. */
export const SAILORS: Sailor[] = [
  { model: "syntetisk/Fyr-30B", north: 34, south: 54, knots: 41 },
  { model: "syntetisk/Fyr-30B", north: 37, south: 57, knots: 41, chat: true },
  { model: "syntetisk/Anker-7B", north: 28, south: 42, knots: 32 },
  { model: "syntetisk/Bolvaerk-7B", north: 22, south: 48, knots: 32 },
  { model: "syntetisk/Maage-1B", north: 8, south: 36, knots: 3 },
  { model: "syntetisk/Orakel-7B", north: 40, south: 60, knots: 50 },
  ...Array.from({ length: 18 }, (_, i) => ({
    model: `syntetisk/Sild-${i + 1}B`,
    north: 11 + (i % 9),
    south: 31 + ((i * 5) % 11),
    knots: 6 + ((i * 7) % 19),
  })),
];

/** Came later, with the second commit. */
export const LATER: Sailor[] = [
  { model: "syntetisk/Skonnert-70B", north: 39, south: 58, knots: 46 },
  { model: "syntetisk/Jolle-2B", north: 16, south: 39, knots: 20 },
  ...Array.from({ length: 18 }, (_, i) => ({
    model: `syntetisk/Brisling-${i + 1}B`,
    north: 10 + ((i * 3) % 13),
    south: 30 + ((i * 7) % 17),
    knots: 5 + ((i * 2) % 23),
  })),
];

/** Only in the published table: its result file was never uploaded. */
export const OLD = { model: "syntetisk/Gammel-3B", tides: 24, knots: 30, tidesRaw: 0.5 };

export const REVISION = (model: string) => createHash("sha1").update(model).digest("hex");

/** A run as the harness writes it down. */
function run({ model, north, south, knots, chat }: Sailor, more: object = {}): string {
  const figures = [
    { task: "havn_tidevand_nord", metric: "acc_norm,none", value: north / 40, stderr: null },
    { task: "havn_tidevand_syd", metric: "acc_norm,none", value: south / 60, stderr: null },
    { task: "havn_knob", metric: "exact_match,streng", value: knots / 50, stderr: null },
  ];
  const revision = REVISION(model);
  const file = resultsFile({
    figures: figures.filter(({ value }) => !Number.isNaN(value)),
    model,
    revision,
    dtype: "bfloat16",
    chatTemplate: chat ? "{{ messages }}" : null,
    samples: { havn_tidevand_nord: 40, havn_tidevand_syd: 60, havn_knob: 50 },
  });
  const config = { ...(file.config as object), model_sha: revision };
  return JSON.stringify({ ...file, config, ...more }, null, 2);
}

const RESULTS = (sailors: Sailor[], day: string): Files =>
  Object.fromEntries(
    sailors.map((sailor, i) => [
      `${sailor.model}/results_${day}T12-00-${String(i).padStart(2, "0")}.000000.json`,
      run(sailor),
    ]),
  );

/** Files that are not as the harness is known to write them. */
export const ODD = {
  /** Has a field that nobody knows; counts all the same. */
  newField: "syntetisk/Kajak-1B/results_2025-05-06T13-00-00.000000.json",
  /** Does not say how many questions there were; counts all the same. */
  missingField: "syntetisk/Pram-1B/results_2025-05-06T13-00-01.000000.json",
  /** Was stopped before the tides of the south. */
  halfFinished: "syntetisk/Vrag-1B/results_2025-05-06T13-00-02.000000.json",
  cutShort: "syntetisk/Vrag-1B/results_2025-05-06T13-00-03.000000.json",
};

/** What the two that count answered right. */
export const ODD_SAILORS: Sailor[] = [
  { model: "syntetisk/Kajak-1B", north: 13, south: 33, knots: 14 },
  { model: "syntetisk/Pram-1B", north: 14, south: 36, knots: 9 },
];

function oddResults(): Files {
  const [kayak, pram] = ODD_SAILORS as [Sailor, Sailor];
  const wreck = {
    model: "syntetisk/Vrag-1B",
    north: 20,
    south: Number.NaN,
    knots: Number.NaN,
  };
  return {
    [ODD.newField]: run(kayak, { kajplads: 7 }),
    [ODD.missingField]: run(pram, { "n-samples": undefined }),
    [ODD.halfFinished]: run(wreck),
    [ODD.cutShort]: run({ ...wreck, south: 40 }).slice(0, 300),
  };
}

type Cell = string | number | boolean | null;

/**
 * A row with the header of the Hub's own contents tables, and this team's benchmarks. Since it was
 * known, `Hub License` has been renamed and a column has been added.
 */
function row(model: string, cells: Record<string, Cell>): Record<string, Cell> {
  const name = model.split("/")[1]!;
  return {
    eval_name: `${model.replace("/", "_")}_bfloat16`,
    Precision: "bfloat16",
    Type: "🟢 pretrained",
    T: "🟢",
    "Weight type": "Original",
    Architecture: "SkibForCausalLM",
    Model: `<a target="_blank" href="https://havn.example/${name}">${model}</a>`,
    fullname: model,
    "Model sha": REVISION(model),
    "Average ⬆️": 0,
    "Hub Licens": "apache-2.0",
    "Hub ❤️": 7,
    "#Params (B)": Number(/-(\d+)B$/.exec(model)?.[1]),
    "Available on the hub": true,
    MoE: false,
    Flagged: false,
    "Chat Template": false,
    "CO₂ cost (kg)": 0.5,
    "Tidevand Raw": 0.5,
    Tidevand: 0,
    "Knob på reb Raw": 0.1,
    "Knob på reb": 0,
    Merged: false,
    "Official Providers": false,
    "Upload To Hub Date": "2025-04-01",
    "Submission Date": "2025-05-01",
    Generation: 0,
    "Base Model": model,
    "Maintainer's Highlight": false,
    Havn: "Skagen",
    ...cells,
  };
}

function contents(): Uint8Array {
  const rows = [
    row("syntetisk/Fyr-30B", { "Hub ❤️": 41 }),
    row("syntetisk/Anker-7B", { Type: "🔶 fine-tuned", "Base Model": "syntetisk/Fyr-30B" }),
    row(OLD.model, {
      "Tidevand Raw": OLD.tidesRaw,
      Tidevand: OLD.tides,
      "Knob på reb Raw": OLD.knots / 50,
      "Knob på reb": ((OLD.knots / 50 - 0.1) / 0.9) * 100,
    }),
  ];
  const columnData = Object.keys(rows[0]!).map((name) => ({
    name,
    data: rows.map((r) => r[name]!),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

const request = (model: string, status: string, more: object = {}) => [
  `${model}_eval_request_False_bfloat16_Original.json`,
  JSON.stringify({
    model,
    base_model: "",
    revision: REVISION(model),
    precision: "bfloat16",
    params: 7,
    architectures: "SkibForCausalLM",
    weight_type: "Original",
    status,
    submitted_time: "2025-05-02T08:00:00Z",
    model_type: "🟢 : pretrained",
    job_id: -1,
    job_start_time: null,
    use_chat_template: false,
    sender: "matros",
    ...more,
  }),
];

function requests(later: boolean): Files {
  return Object.fromEntries([
    request("syntetisk/Anker-7B", "FINISHED", {
      submitted_time: "2025-05-01T09:30:00Z",
      job_id: "17",
      job_start_time: "2025-05-03T06:00:00.5",
    }),
    request("syntetisk/Skonnert-70B", later ? "FINISHED" : "PENDING"),
    request("syntetisk/Hvalp-1B", ""),
  ]);
}

const vote = (username: string, timestamp: string, model = "syntetisk/Skonnert-70B") =>
  JSON.stringify({ model, revision: "main", username, timestamp });

function votes(later: boolean): Files {
  const lines = [
    vote("matros", "2025-05-04T10:00:00Z"),
    vote("styrmand", "2025-05-03T10:00:00Z"),
    vote("matros", "2025-05-05T10:00:00Z"),
    vote("", "2025-05-05T11:00:00Z"),
    ...(later ? [vote("skipper", "2025-06-01T10:00:00Z", "syntetisk/Jolle-2B")] : []),
  ];
  return { "votes_data.jsonl": `${lines.join("\n")}\n` };
}

const TABLE = "data/train-00000-of-00001.parquet";

/** Each dataset's files, by its name; later there are more runs, and their queue has moved on. */
function datasets(later: boolean): Record<string, Files> {
  const more = later ? RESULTS(LATER, "2025-06-10") : {};
  return {
    "havnelauget/resultater": {
      "README.md": "Syntetisk.",
      ...RESULTS(SAILORS, "2025-05-06"),
      ...oddResults(),
      ...more,
    },
    "havnelauget/tavle": { [TABLE]: contents() },
    "havnelauget/anmodninger": requests(later),
    "havnelauget/stemmer": votes(later),
  };
}

/** The names of the datasets, as the config has them. */
export const DATASETS = Object.keys(datasets(false));

/** Puts the datasets on a stand-in. */
export function addHarbour(hub: StandIn): void {
  for (const [name, files] of Object.entries(datasets(false))) hub.dataset(name, files);
}

/** Commits what came later to each of them. */
export function sailOn(hub: StandIn): void {
  for (const [name, files] of Object.entries(datasets(true))) {
    commitFiles(hub.repos.get(`datasets/${name}`)!, files, "later");
  }
}

/** The commit that is the head of a dataset. */
export function headOf(hub: StandIn, name: string): string {
  return hub.repos.get(`datasets/${name}`)!.branches.get("main")!;
}

/** A run that is uploaded in the n-th hour of a day; each on a day of its own, so that each makes a snapshot. */
export function runOfHour(hour: number): { model: string; files: Files } {
  const model = `syntetisk/Time-${hour}B`;
  const day = `2025-07-${String(hour).padStart(2, "0")}`;
  return {
    model,
    files: RESULTS([{ model, north: 12 + hour, south: 33 + hour, knots: 10 + hour }], day),
  };
}
