import { z } from "zod";
import { evaluationSchema } from "../records/evaluation.ts";
import { countOf, inRange, type Layout, layoutOf, packInto, type Row, WIDTH } from "./packed.ts";

/** What became of one result file: its evaluations, or the reason why it was set aside. */
export interface Outcome {
  /** Path in its folder or dataset. */
  path: string;
  /** Id of its content, where it is known; with the path, which says when a run was, it is the key. */
  oid: string | null;
  /** `source` is the path. Empty where it was set aside. */
  evaluations: Row[];
  reason: string | null;
  /** True where there is no such file: of a cache, that is an error. */
  gone: boolean;
  /** Fields that the harness is not known to write, and known ones that are not there. */
  unknown: string[];
  missing: string[];
}

/** Fields of an evaluation beside its measures and its source, in the order a pack has them. */
const FIELDS = Object.keys(evaluationSchema.shape).filter(
  (f) => f !== "measures" && f !== "source",
) as Exclude<keyof Row, "measures" | "source">[];

const headSchema = evaluationSchema.omit({ measures: true });

const names = z.array(z.string().max(200));
const headerSchema = z.strictObject({
  layouts: z.array(z.array(z.tuple([z.string(), z.string().nullable(), z.string()]))),
  files: z.array(
    z.tuple([
      z.string(),
      z.string().nullable(),
      z.string().nullable(),
      z.boolean(),
      names,
      names,
      /** Index of the layout, then the values of `FIELDS`. */
      z.array(z.array(z.unknown())),
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
  let floats = 0;
  const files = outcomes.map((o) => {
    const rows = o.evaluations.map((row) => {
      const layout = "layout" in row.measures ? row.measures.layout : layoutOf(row.measures);
      if (!used.has(layout)) used.set(layout, used.size);
      floats += countOf(row) * WIDTH;
      return [used.get(layout), ...FIELDS.map((field) => row[field])];
    });
    return [o.path, o.oid, o.reason, o.gone, o.unknown, o.missing, rows];
  });
  const layouts = [...used.keys()].map((layout) =>
    layout.names.map((n) => [n.benchmark, n.subtask, n.metric]),
  );
  const header = Buffer.from(JSON.stringify({ layouts, files }));
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
  const outcomes = header.files.map(([path, oid, reason, gone, unknown, missing, rows]) => {
    const evaluations = rows.map(([index, ...values]): Row => {
      const head: Record<string, unknown> = { source: path };
      FIELDS.forEach((field, i) => {
        head[field] = values[i];
      });
      const layout = layouts[index as number]!;
      const measures = { layout, block, at };
      if (!inRange(measures)) throw new Error("measures out of range");
      at += layout.names.length * WIDTH;
      return { ...headSchema.parse(head), measures };
    });
    if ((reason === null) !== evaluations.length > 0) throw new Error("neither accepted nor not");
    return { path, oid, evaluations, reason, gone, unknown, missing };
  });
  return at === block.length ? outcomes : null;
}
