import { z } from "zod";
import { evaluationSchema } from "../../core/records/evaluation.ts";
import {
  countOf,
  inRange,
  type Layout,
  layoutIn,
  layoutOf,
  packInto,
  type Row,
  WIDTH,
} from "./packed.ts";

/** What became of one result file: its evaluations, or the reason why it was set aside. */
export interface Outcome {
  /** Path in its folder or dataset. */
  path: string;
  /** Id of its content, where it is known; with the path, which says when a run was, it is the key. */
  oid: string | null;
  /** `source` is the path. Empty where it was set aside. */
  evaluations: Row[];
  reason: string | null;
  /** Benchmarks of it that were set aside, each with the reason, where others were not. */
  asides: string[];
  /** True where there is no such file: of a cache, that is an error. */
  gone: boolean;
  /** Fields that the harness is not known to write, and known ones that are not there. */
  unknown: string[];
  missing: string[];
}

const headSchema = evaluationSchema.omit({ measures: true });
const field = headSchema.shape;

/** Fields that most runs have of their own, in the order a pack has them. */
const OWN = ["model", "revision", "at", "params_b", "base_model", "runs", "extras"] as const;

/** The others: runs of one kind have them in common, so that each kind is written, and checked, once. */
const COMMON = Object.keys(field).filter(
  (f) => f !== "source" && !(OWN as readonly string[]).includes(f),
) as Exclude<keyof typeof field, "source" | (typeof OWN)[number]>[];

/** Lists that most files have in common, once. */
const NONE: string[] = [];
const lists = new Map<string, string[]>();

function same(list: string[]): string[] {
  const key = JSON.stringify(list);
  const known = lists.get(key);
  if (known || lists.size > 100) return known ?? list;
  lists.set(key, list);
  return list;
}

const names = z.array(z.string().max(200));
const headerSchema = z.strictObject({
  layouts: z.array(z.array(z.tuple([z.string(), z.string().nullable(), z.string()]))),
  /** Values of `COMMON`. */
  kinds: z.array(z.array(z.unknown())),
  files: z.array(
    z.tuple([
      z.string(),
      z.string().nullable(),
      z.string().nullable(),
      z.array(z.string().max(2000)).max(1000),
      z.boolean(),
      names,
      names,
      z.array(
        z.tuple([
          /** Indices of the layout and of the kind, then the values of `OWN`. */
          z.int(),
          z.int(),
          field.model,
          field.revision,
          field.at,
          field.params_b,
          field.base_model,
          field.runs,
          field.extras,
        ]),
      ),
    ]),
  ),
});

/**
 * Outcomes as bytes: what travels between threads and is kept in the cache. Eight bytes give the
 * length of the header, JSON filled up to a multiple of eight; after it come the measures, 64-bit
 * floats in the machine's order.
 */
export function encodePack(outcomes: readonly Outcome[]): Uint8Array<ArrayBuffer> {
  const used = new Map<Layout, number>();
  const kinds = new Map<string, number>();
  let floats = 0;
  const files = outcomes.map((o) => {
    const rows = o.evaluations.map((row) => {
      const layout = layoutIn(row);
      if (!used.has(layout)) used.set(layout, used.size);
      floats += countOf(row) * WIDTH;
      const kind = JSON.stringify(COMMON.map((name) => row[name]));
      if (!kinds.has(kind)) kinds.set(kind, kinds.size);
      return [used.get(layout), kinds.get(kind), ...OWN.map((name) => row[name])];
    });
    return [o.path, o.oid, o.reason, o.asides, o.gone, o.unknown, o.missing, rows];
  });
  const layouts = [...used.keys()].map((layout) =>
    layout.names.map((n) => [n.benchmark, n.subtask, n.metric]),
  );
  const header = Buffer.from(
    JSON.stringify({ layouts, kinds: [...kinds.keys()].map((k) => JSON.parse(k)), files }),
  );
  const start = 8 + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(start + floats * 8).fill(0x20, 8, start);
  new DataView(bytes.buffer).setFloat64(0, header.length);
  bytes.set(header, 8);
  const block = new Float64Array(bytes.buffer, start);
  let at = 0;
  for (const row of outcomes.flatMap((o) => o.evaluations)) {
    packInto(block, at, row);
    at += countOf(row) * WIDTH;
  }
  return bytes;
}

/**
 * Reads a pack back and checks every value again, for a pack in a cache may be anything.
 *
 * @returns null for what is no pack of ours
 */
export function decodePack(bytes: Uint8Array<ArrayBuffer>): Outcome[] | null {
  try {
    return decode(bytes);
  } catch {
    return null;
  }
}

function decode(bytes: Uint8Array<ArrayBuffer>): Outcome[] | null {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + 8, length).toString("utf8");
  const header = headerSchema.parse(JSON.parse(text));
  const layouts = header.layouts.map((list) =>
    layoutOf(list.map(([benchmark, subtask, metric]) => ({ benchmark, subtask, metric }))),
  );
  const start = bytes.byteOffset + 8 + Math.ceil(length / 8) * 8;
  // A copy: else the header would be kept for as long as the measures are.
  const block = new Float64Array(bytes.buffer.slice(start, bytes.byteOffset + bytes.byteLength));
  let at = 0;
  const model = "any";
  const time = "1970-01-01T00:00:00Z";
  const blank = {
    model,
    revision: null,
    at: time,
    params_b: null,
    base_model: null,
    runs: [],
    extras: {},
    source: "",
  };
  const kinds = header.kinds.map((values) =>
    headSchema.parse({
      ...blank,
      ...Object.fromEntries(COMMON.map((name, i) => [name, values[i]])),
    }),
  );
  const outcomes = header.files.map(([path, oid, reason, asides, gone, unknown, missing, rows]) => {
    const evaluations = rows.map(
      ([index, kind, model, revision, time, params_b, base_model, runs, extras]): Row => {
        if (!kinds[kind] || !layouts[index]) throw new Error("no such kind");
        const layout = layouts[index];
        const measures = { layout, block, at };
        if (!inRange(measures)) throw new Error("measures out of range");
        at += layout.names.length * WIDTH;
        return {
          ...kinds[kind]!,
          model,
          revision,
          at: time,
          params_b,
          base_model,
          runs,
          extras,
          source: path,
          measures,
        };
      },
    );
    if ((reason === null) !== evaluations.length > 0) throw new Error("neither accepted nor not");
    return {
      path,
      oid,
      evaluations,
      reason,
      asides: asides.length === 0 ? NONE : asides,
      gone,
      unknown: unknown.length === 0 ? NONE : unknown,
      missing: missing.length === 0 ? NONE : same(missing),
    };
  });
  return at === block.length ? outcomes : null;
}
