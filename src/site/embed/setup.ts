import { get } from "../../browser/get.ts";
import type { EngineSize } from "../../core/describe/loading.ts";
import type { Context } from "../../core/figures/figure.ts";
import type { Suite } from "../../core/records/suite.ts";
import { type Column, columnsOf } from "../../core/table/columns.ts";

/** What a figure must know of a snapshot to be drawn from its rows, besides the suites. */
export interface SnapshotContext {
  columns: string[];
  archiveColumns: string[];
  asOf: string;
  since: string;
}

/** What the scripts of all embeds share: `/embed/setup.json`. */
export interface EmbedSetup extends SnapshotContext {
  main: Suite;
  archive: Suite | null;
  /** Names of all dated snapshots, newest first; none where the site has only `latest`. */
  snapshots: string[];
  /** Name of the snapshot that an embed shows when its address names none; null as above. */
  latest: string | null;
  /** What figures must know of those snapshots whose rows lie ready, by name. */
  prepared: Record<string, SnapshotContext>;
  /** Addresses of the packed tables of the newest snapshot, by table. */
  packed: Record<string, string>;
  /** Sizes of the newest snapshot's Parquet files, by table, and of DuckDB. */
  bytes: Record<string, number>;
  engine: EngineSize;
  /** Changes whenever a table does. */
  version: string;
}

/** What the HTML of an embed tells its script, as data attributes of its root element. */
export interface EmbedPage {
  /** Name of the chart. */
  chart: string;
  /** Address of the site's front page, with a slash at the end. */
  root: string;
  /** Address of the page that shows the same, without a query; may end in `#…`. */
  place: string;
  /** Address of the setup file. */
  setup: string;
  /** The leaderboard's title. */
  board: string;
}

/** A snapshot that was asked for. */
export interface Snapshot {
  /** Name of its folder among the published data. */
  folder: string;
  /** Whether it is the one that the site was built from. */
  newest: boolean;
  /** Day of its figures. */
  asOf: string;
  /** What figures must know of it; undefined where their rows are not ready either. */
  context?: SnapshotContext;
}

/** The snapshot that an address names; undefined when there is none of that name. */
export function snapshotNamed(setup: EmbedSetup, asOf: string | null): Snapshot | undefined {
  if (asOf === null || asOf === setup.latest)
    return { folder: "latest", newest: true, asOf: setup.asOf, context: setup };
  if (!setup.snapshots.includes(asOf)) return undefined;
  return {
    folder: asOf,
    newest: false,
    asOf: asOf.slice(0, "YYYY-MM-DD".length),
    ...(Object.hasOwn(setup.prepared, asOf) ? { context: setup.prepared[asOf]! } : {}),
  };
}

/** What figures know of a snapshot, put together from what was sent. */
export function contextFrom(
  { main, archive }: Pick<EmbedSetup, "main" | "archive">,
  sent: SnapshotContext,
): Context {
  return {
    main,
    archive,
    columns: columnsAmong(main, sent.columns),
    archiveColumns: archive ? columnsAmong(archive, sent.archiveColumns) : [],
    asOf: sent.asOf,
    since: sent.since,
  };
}

/** A suite's columns of those names, in their order. */
export function columnsAmong(suite: Suite, names: readonly string[]): Column[] {
  const present = new Set(names);
  return columnsOf(suite, (name) => present.has(name));
}

/**
 * Fetches JSON of our own.
 *
 * @throws Error with a sentence for the reader
 */
export async function fetchJson<T>(url: string): Promise<T> {
  const response = await get(url, "Part of this");
  return (await response.json()) as T;
}
