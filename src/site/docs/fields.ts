import type { z } from "zod";
import { leaderboardSchema } from "../../core/records/leaderboard.ts";
import { suiteSchema } from "../../core/records/suite.ts";
import { type JsonSchema, jsonSchemaOf, walk } from "./json-schema.ts";

/** A field of a file that people write, as the page on leaderboards of one's own lists it. */
export interface Field {
  /** `name`, or `list[].name` of each entry of a list. */
  path: string;
  type: string;
  needed: boolean;
  meaning: string;
}

/** What the schemas cannot say. Which fields there are, and of what type, is theirs to tell. */
const SUITE: Record<string, string> = {
  id: "Lower-case letters, digits and -. Names the suite in scores.parquet and in flagged.json.",
  version: "As 1.0.0. Count it up when the same answers would get another score.",
  name: "What the pages call it.",
  table: "Name of its table of evaluations, without .parquet.",
  normalized:
    "true: guessing is 0 points and perfection 100. false: points are per cent correct, and there are no analyses of uncertainty.",
  reproduce: "How to repeat a run, for the page of each model.",
  "reproduce.setup": "Commands that install what is needed.",
  "reproduce.command":
    "The run itself. {model}, {revision}, {dtype}, {tasks}, {shots}, {key}, {seeds} and {chat} are filled in.",
  "reproduce.seeds":
    "Seeds where a run’s file states none, for {seeds}: of Python, NumPy, PyTorch and the choice of examples, as 0,1234,1234,1234.",
  "reproduce.needs": "What one needs, or has to know, before repeating a run.",
  "reproduce.needs[].text": "A sentence or two.",
  "reproduce.needs[].link": "Where that is written; https.",
  "reproduce.since": "In what the harness of today differs from that of the runs.",
  "reproduce.since[].text": "A sentence or two.",
  "reproduce.since[].link": "Where that is written; https.",
  "reproduce.per_benchmark":
    "true: one command for each benchmark, as shots differ. false: one for the whole suite.",
  co2: "How the column co2_kg was estimated from the time of a run.",
  "co2.what": "A sentence or two.",
  "co2.kg_per_hour": "Kilograms for each hour of the run.",
  "co2.link": "Where to read more; https.",
  epochs:
    "By the time that scores were formed, oldest first: which harness, and how to install it.",
  "epochs[].id": "Names it in runs.parquet.",
  "epochs[].since": "Its first day. The first epoch has none.",
  "epochs[].what": "Which harness, and what was particular to it: a sentence or two.",
  "epochs[].commit": "The harness’s commit that stands for it, all 40 digits.",
  "epochs[].repository":
    "Where that commit can be fetched; https. The runner takes the last epoch’s harness from there.",
  "epochs[].package":
    "The harness where it is a package of PyPI, as lm_eval==0.4.13, in place of a commit.",
  "epochs[].commits":
    "Other commits of the harness in that time: a result file that names one is believed.",
  "epochs[].transformers": "Version of transformers that one of its runs is known to have had.",
  "epochs[].setup":
    "Commands that install it, in place of reproduce.setup. {commit} and {transformers} are filled in.",
  "epochs[].link": "Where to read more; https.",
  rescorings:
    "Days on which the answers of runs that were done got other scores, oldest first: pages then say so where scores change.",
  "rescorings[].day": "First day on which the table has the new scores.",
  "rescorings[].benchmark": "Its key.",
  "rescorings[].what": "What was changed, in words that fit after “scored anew with”.",
  "rescorings[].link": "Where it was announced; https.",
  column_notes: "What is to be said of a column of its table, beside what it means in any.",
  "column_notes[].column": "Name of the column in the table.",
  "column_notes[].note": "A sentence, put after the column’s description.",
  "column_notes[].borne_out_by":
    "Where a true can be checked against another column: the archive’s page counts the rows where it is not borne out.",
  "column_notes[].borne_out_by.column": "The other column.",
  "column_notes[].borne_out_by.values": "Its values that bear out a true.",
  benchmarks: "At least one, in the order of their columns.",
  "benchmarks[].key":
    "Its column in every table: lower-case letters, digits and _, no name that a column has already.",
  "benchmarks[].name": "Title of the column.",
  "benchmarks[].area": "What it measures, in two or three words.",
  "benchmarks[].description": "A sentence or two.",
  "benchmarks[].link": "Where to read more; https.",
  "benchmarks[].task": "The task, or the group of tasks, under results in the result files.",
  "benchmarks[].shots":
    "Worked examples in each prompt. A result file that says another number is not of this benchmark: two benchmarks of one task with different numbers are two columns.",
  "benchmarks[].version":
    "Version of the task, where only one is meant: a result file that says another is not of this benchmark.",
  "benchmarks[].metrics": "Which figures of the task count. Of several the plain mean is taken.",
  "benchmarks[].metrics[].name": "As in the result files, with its filter: acc,none.",
  "benchmarks[].metrics[].n":
    "Number of questions, for the standard error where a file gives none, or one that cannot belong to so many answers, right or wrong. Leave it out where an answer is more than that.",
  "benchmarks[].metrics[].scale":
    "What its values lie between, where that is not 0 to 1: 0 to 100 for BLEU, -1 to 1 for a correlation, 1 to 0 for a word error rate. Scores, 0 to 100, are the way from the worst to the best.",
  "benchmarks[].metrics[].scale.worst": "Value that scores 0.",
  "benchmarks[].metrics[].scale.best":
    "Value that scores 100: below the worst where lower is better.",
  "benchmarks[].metrics[].scale.beyond":
    "Of values beyond the two: refuse sets the benchmark of that file aside, cut takes the nearer end.",
  "benchmarks[].choices": "Answers to choose from: guessing gets one in so many.",
  "benchmarks[].baseline":
    "What guessing gets, 0 to 1, where that is not 1/choices. Without both it is 0.",
  "benchmarks[].hub": "The benchmark of the Hub that its scores may be reported to.",
  "benchmarks[].hub.dataset": "OWNER/NAME of a dataset that is registered as a benchmark.",
  "benchmarks[].hub.task": "Id of the task in its eval.yaml.",
  "benchmarks[].hub.notes": "What readers there must know of how it was asked, in a few words.",
  "benchmarks[].score":
    "task: the value of the task (or group), normalised once. mean_of_subtasks: each subtask normalised by its own baseline, then their plain mean.",
  "benchmarks[].subtasks": "Its parts. mean_of_subtasks needs them; in a group they are shown.",
  "benchmarks[].subtasks[].task": "As in the result files.",
  "benchmarks[].subtasks[].name": "What the pages call it.",
  "benchmarks[].subtasks[].n": "As of a metric.",
  "benchmarks[].subtasks[].metric": "Its own metric, where that is not the benchmark’s first.",
  "benchmarks[].subtasks[].scale": "Of its own metric; else the benchmark’s.",
  "benchmarks[].subtasks[].scale.worst": "As of a metric.",
  "benchmarks[].subtasks[].scale.best": "As of a metric.",
  "benchmarks[].subtasks[].scale.beyond": "As of a metric.",
  "benchmarks[].subtasks[].weight":
    "Its share of a mean of subtasks, where that is not 1 as of all others.",
  "benchmarks[].subtasks[].choices": "As of a benchmark.",
  "benchmarks[].subtasks[].baseline": "As of a benchmark.",
  "benchmarks[].subtasks[].contained_in":
    "task of another subtask that asks all questions of this one too. The benchmark's standard error then allows for copies that are answered alike. All its subtasks need n.",
  "benchmarks[].subtasks[].hub": "As of a benchmark.",
  "benchmarks[].subtasks[].hub.dataset": "As of a benchmark.",
  "benchmarks[].subtasks[].hub.task": "As of a benchmark.",
  "benchmarks[].subtasks[].hub.notes": "As of a benchmark.",
  extras: "Columns beside the scores that are none: speed, cost. They count in no average.",
  "extras[].key": "Its column in every table, as of a benchmark.",
  "extras[].name": "Title of the column.",
  "extras[].unit": "Of its values: s, or USD per million tokens.",
  "extras[].description": "A sentence.",
  "extras[].task": "The task under results in the result files that have it.",
  "extras[].metric": "The value of that task. It need not be a proportion.",
  "extras[].columns":
    "Other names of its column in contents tables. Its key and name are read too.",
  "benchmarks[].follows":
    "Key of the benchmark of the second suite that this one was made to succeed: the two are compared.",
  "benchmarks[].context":
    "true where questions are long texts: scores are then set against context lengths.",
  "benchmarks[].weight":
    "Its share in the average, 0 to 10, where that is not 1. One of 0 is shown and may be missing.",
  "benchmarks[].columns": "Other names of its column in contents tables, as in their header.",
  $schema:
    "Path or address of the JSON Schema of suites, by which editors complete and check the file.",
};

const CONFIG: Record<string, string> = {
  title: "Name of the site.",
  tagline: "A line under it.",
  introduction: "A paragraph under the tagline, as plain text.",
  links: "Pages of your own, or other sites, in the navigation.",
  "links[].label": "A word or two.",
  "links[].path": "/about/ for a page of your own under src/pages, or https://….",
  theme:
    "A style sheet that gives colours of the site other values: pages, charts and cards take them.",
  suites: "The suite; where there is a second, that is the archive, at /archive/.",
  snapshot:
    "Folder of tables that come with the code, made by npm run import. Leave it out where all figures come from result files or datasets.",
  models:
    "any where models need not be of the Hub: other names are made fit for addresses, and have no link to it. Else hub.",
  files:
    "Pattern of the paths of result files below a source, as runs/**/*.json, where they are not named results….json.",
  curated: "Folder of flagged.json, maintainers-choice.json and aliases.json. May be left out.",
  fonts:
    "TrueType or OpenType files for scripts other than Latin, Greek and Cyrillic, for pictures.",
  homepage: "Address of the published site, for citations and descriptions of the tables.",
  license: "Licence of the figures. Without it, none is named.",
  "license.id": "Its SPDX id.",
  "license.url": "Its text.",
  authors:
    'Who is cited: { given: "Ada", family: "Lovelace" } for a person, { name: "…" } for a team. Without it, “TITLE contributors”.',
  languages: "Of the questions: en, pt-BR.",
  references: "Works that are cited beside the tables.",
  "references[].title": "Of the work.",
  "references[].authors": "As above.",
  "references[].year": "When it appeared.",
  "references[].publisher": "Where it has one.",
  "references[].url": "Where it is.",
  hub: "Datasets on the Hub that npm run pull brings, as OWNER/NAME. One dataset may hold several of these.",
  "hub.results": "Result files.",
  "hub.contents": "A contents table, data/train-….parquet.",
  "hub.requests": "Submissions, …_eval_request_….json.",
  "hub.votes": "Votes, votes_data.jsonl.",
  queue: "By which rules models are submitted, voted for and put in order.",
  "queue.open":
    "Whether models can be submitted and voted for: false. True asks for hub.requests, and for somebody who runs the collector; with oauth, visitors do both from /submit/ and /queue/.",
  "queue.per_author": "How much one account may submit.",
  "queue.per_author.requests": "Requests of one account within per_author.days, at most: 5.",
  "queue.per_author.days": "Days in which these are counted: 7.",
  "queue.accounts": "Which accounts' votes count.",
  "queue.accounts.days":
    "Age on the Hub from which on an account's vote counts, in days: 30. null: any.",
  "queue.front": "How much of what is run next may be one account's.",
  "queue.front.size": "Requests begun one after the other among which that is counted: 10.",
  "queue.front.per_author": "Of these, one account's at most, as long as another's waits: 3.",
  "queue.worth": "What counts as how many days of waiting.",
  "queue.worth.choice_days": "The maintainers' choice: 90.",
  "queue.worth.vote_days": "The first vote: 7. So many again for 3 votes, for 7, for 15.",
  "queue.worth.most_vote_days": "All votes of a request together, at most: 28.",
  "queue.worth.cost_days": "What each day on a GPU takes off: 1.",
  "queue.worth.most_cost_days": "What time on a GPU takes off at most: 14.",
  "queue.largest": "What is too large to be run.",
  "queue.largest.memory_gb":
    "Gigabytes of memory that a model may need at its precision. Without it, each runner sees for itself.",
  "queue.precisions":
    "Precisions that the runner evaluates in. Else bfloat16, float16, float32: for the others its lock file lacks packages.",
  "queue.never": "Owners and models that are not evaluated.",
  "queue.never[].name": "OWNER or OWNER/NAME.",
  "queue.never[].reason": "A sentence for whoever submits one.",
  "queue.voters":
    "What stands for an account in votes.parquet: pseudonyms, made with the key in VOTES_KEY, or names. Else pseudonyms.",
  "queue.unproven":
    "count where votes that name an account but were not made by its own pull request have a say in the order. Else apart: shown, and not counted.",
  "queue.oauth": "How visitors log in. Without it, they open their pull requests by hand.",
  "queue.oauth.client_id":
    "Of the Hub's OAuth app: public, without a secret, with the addresses of /submit/ and /queue/ to come back to.",
  "queue.estimates": "How long runs are expected to take.",
  "queue.estimates.factor": "How many times as long as the plain rule says: 1.",
  announcement:
    "What the leaderboard was announced with: /analysis/announcement/ holds its claims against the first table known and the newest.",
  "announcement.title": "Of the announcement.",
  "announcement.publisher": "Who announced it.",
  "announcement.day": "When it appeared, as 2024-06-30.",
  "announcement.url": "Where it is; https.",
  "announcement.claims":
    "Each with an id, a title, words (the claim, in your own), a note or none, a kind, and what that kind asks for. Kinds: order, values, gap, correlation, outliers, tuning, context, hardest, sizes. Their fields are in src/core/records/announcement.ts of the package.",
  $schema:
    "As of a suite, where the configuration is a JSON file that leaderboard.config.ts reads.",
};

/** Every field of a suite's file. */
export function suiteFields(): Field[] {
  return fieldsOf(suiteSchema, SUITE);
}

/** Every field of a configuration; those of a suite are listed by themselves. */
export function configFields(): Field[] {
  return fieldsOf(leaderboardSchema, CONFIG).filter((f) => !f.path.startsWith("suites[]."));
}

/** What the fields of a suite's file mean, by path. */
export const suiteMeanings = (): Readonly<Record<string, string>> => SUITE;

/** What the fields of a configuration mean, by path; those of its suites under `suites[].`. */
export function configMeanings(): Readonly<Record<string, string>> {
  const suites = Object.entries(SUITE).map(([path, meaning]) => [`suites[].${path}`, meaning]);
  return { ...CONFIG, ...Object.fromEntries(suites) };
}

/** Paths that are explained although no schema has them: there should be none. */
export function idleMeanings(): string[] {
  const known = new Set([...suiteFields(), ...configFields()].map((f) => f.path));
  return [...Object.keys(SUITE), ...Object.keys(CONFIG)].filter((path) => !known.has(path));
}

function fieldsOf(schema: z.ZodType, meanings: Record<string, string>): Field[] {
  const fields: Field[] = [];
  walk(jsonSchemaOf(schema), ({ path, field, isNeeded }) => {
    const meaning = meanings[path] ?? "";
    fields.push({ path, type: typeOf(field), needed: isNeeded, meaning });
  });
  return fields;
}

const TYPES: Record<string, string> = {
  string: "text",
  integer: "whole number",
  boolean: "true or false",
  array: "list",
};

function typeOf({ type = "", enum: values, anyOf: kinds }: JsonSchema): string {
  if (Array.isArray(kinds)) return [...new Set(kinds.map(typeOf))].join(" or ");
  return values ? values.join(" or ") : (TYPES[type] ?? type);
}
