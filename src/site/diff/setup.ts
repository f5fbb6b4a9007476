import type { NamePair } from "../../core/diff/pair.ts";
import type { Rescoring } from "../../core/records/suite.ts";
import type { KnownDay } from "../../core/table/day.ts";
import { pageAt } from "../../core/view/address.ts";

/** What the page's HTML tells its script. */
export interface DiffSetup {
  /** Names of all snapshots, newest first. */
  snapshots: string[];
  /** What can be compared, newest first: snapshots, and days on which the table is known without one. */
  names: string[];
  /** Those days. */
  days: KnownDay[];
  rescorings: Rescoring[];
  /** The pair that the HTML shows. */
  shown: NamePair;
  benchmarks: { key: string; name: string }[];
  /** Name of the main table's file, without its ending. */
  table: string;
  /** Models of earlier snapshots that have no page. */
  missing: string[];
  /** Addresses under which snapshots and model pages stand. */
  data: string;
  models: string;
}

/** What `records/evaluation.ts` lets be a name, so that no other text becomes an address. */
const NAME = /^(?!\.{1,2}(?:\/|$))[\w.-]+(?:\/(?!\.{1,2}$)[\w.-]+)?$/;

/** Address of a model's page; null for one without, and for what is no model's name. */
export function modelAddress(setup: DiffSetup): (model: string) => string | null {
  const missing = new Set(setup.missing);
  return (model) =>
    missing.has(model) || !NAME.test(model) ? null : pageAt(`${setup.models}${model}/`);
}
