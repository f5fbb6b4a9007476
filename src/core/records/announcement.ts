import { z } from "zod";
import { modelName } from "./evaluation.ts";
import { strict } from "./strict.ts";

/** What every claim says of itself; the numbers it names are its own, in its other fields. */
const said = {
  /** Its place on the page: lower-case letters, digits and -. */
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, "must be lower-case letters, digits and -"),
  title: z.string().min(1).max(120),
  /** The claim, in words of one's own. */
  words: z.string().min(1).max(600),
  /** What a reader must know besides, a sentence or two. */
  note: z.string().min(1).max(600).optional(),
};

/** A column of scores of the main suite: a benchmark's key, or `average`. */
const score = z.string().min(1);
const points = z.number().min(0).max(100);
const side = strict({ suite: z.enum(["main", "archive"]), key: z.string().min(1) });
const told = strict({ model: modelName, value: points });

const kinds = [
  /** The best models, the first first. */
  strict({ ...said, kind: z.literal("order"), models: z.array(modelName).min(2) }),
  /** Scores as they were published. */
  strict({
    ...said,
    kind: z.literal("values"),
    values: z.array(strict({ model: modelName, score, value: points })).min(1),
  }),
  /** One model scores so much less than another. */
  strict({ ...said, kind: z.literal("gap"), score, low: told, high: told }),
  /** Benchmarks that go along with another: `strong` (rather well) or `moderate` (reasonably). */
  strict({
    ...said,
    kind: z.literal("correlation"),
    of: side,
    with: z.array(z.string().min(1)).min(1),
    strength: z.enum(["strong", "moderate"]),
  }),
  /** A benchmark of the archive goes along with one of today, but for models that one of them wrongs. */
  strict({
    ...said,
    kind: z.literal("outliers"),
    before: z.string().min(1),
    after: z.string().min(1),
    /** Green: then at most `zero`, now at least `good`. Red: then at least `high`, now at most `low`. */
    zero: points,
    good: points,
    high: points,
    low: points,
  }),
  /** Chat versions of pretrained models lose, or gain, at a score. */
  strict({ ...said, kind: z.literal("tuning"), score, direction: z.enum(["lower", "higher"]) }),
  /** The best so many models of a benchmark take texts of at least so many tokens. */
  strict({
    ...said,
    kind: z.literal("context"),
    key: z.string().min(1),
    best: z.number().int().min(3).max(50),
    tokens: z.number().int().positive(),
  }),
  /** The benchmarks with the lowest mean, before and after normalising. */
  strict({
    ...said,
    kind: z.literal("hardest"),
    raw: z.array(z.string().min(1)).min(1),
    normalized: z.array(z.string().min(1)).min(1),
  }),
  /** Over time, models of the archive became smaller and better. */
  strict({ ...said, kind: z.literal("sizes") }),
] as const;

/** An announcement whose claims are held against the tables, one after the other. */
export const announcementSchema = strict({
  title: z.string().min(1),
  publisher: z.string().min(1),
  /** The day it appeared. */
  day: z.iso.date("must be a date like 2024-06-30"),
  url: z.url({ protocol: /^https$/ }),
  claims: z.array(z.discriminatedUnion("kind", kinds)).min(1),
});

export type Announcement = z.infer<typeof announcementSchema>;
export type Claim = Announcement["claims"][number];
export type ClaimOf<Kind extends Claim["kind"]> = Extract<Claim, { kind: Kind }>;

/** Benchmarks that a claim speaks of, by suite; `average` is none. */
export function benchmarksOf(claim: Claim): { main: string[]; archive: string[] } {
  const main = (...keys: string[]) => ({ main: keys.filter((k) => k !== "average"), archive: [] });
  switch (claim.kind) {
    case "order":
    case "sizes":
      return main();
    case "values":
      return main(...claim.values.map((v) => v.score));
    case "gap":
    case "tuning":
      return main(claim.score);
    case "correlation":
      return claim.of.suite === "main"
        ? main(claim.of.key, ...claim.with)
        : { main: claim.with, archive: [claim.of.key] };
    case "outliers":
      return { main: [claim.after], archive: [claim.before] };
    case "context":
      return main(claim.key);
    case "hardest":
      return main(...claim.raw, ...claim.normalized);
  }
}

/** Whether a claim is about the archive's table, so that a leaderboard without one cannot judge it. */
export function needsArchive(claim: Claim): boolean {
  return claim.kind === "sizes" || benchmarksOf(claim).archive.length > 0;
}
