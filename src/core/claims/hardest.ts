import type { ClaimOf } from "../records/announcement.ts";
import { count } from "../table/format.ts";
import { FEWEST, type Finding, listed, nameOf, type Table, two, type Verdict } from "./finding.ts";
import { scoreOf } from "./models.ts";

export const HARDEST_RULE =
  "The hardest are those with the lowest mean over all models. Holds: all that are named, before and after normalising, are the hardest. In part: at least half of them are.";

interface Mean {
  key: string;
  name: string;
  /** Per cent. */
  raw: number;
  /** Points. */
  normalized: number;
}

/** Whether the benchmarks with the lowest means are those that are claimed. */
export function judgeHardest(claim: ClaimOf<"hardest">, table: Table): Finding {
  const { suite, counted } = table;
  if (counted.length < FEWEST) {
    return { verdict: "unknown", text: `Too few models (fewer than ${FEWEST}).` };
  }
  const means = suite.benchmarks.flatMap(({ key }) => meanOf(key, table));
  const lowest = (by: "raw" | "normalized", n: number) =>
    [...means].sort((a, b) => a[by] - b[by]).slice(0, n);
  const raw = lowest("raw", claim.raw.length);
  const normalized = lowest("normalized", claim.normalized.length);
  const hits =
    raw.filter((m) => claim.raw.includes(m.key)).length +
    normalized.filter((m) => claim.normalized.includes(m.key)).length;
  const words = (list: Mean[], by: "raw" | "normalized", unit: string) =>
    listed(list.map((m) => `${m.name} (${two(m[by])}${unit})`));
  return {
    verdict: verdictOf(hits, claim.raw.length + claim.normalized.length),
    text:
      `Lowest raw means over ${count(counted.length)} models: ${words(raw, "raw", " %")}. ` +
      `Lowest normalised: ${words(normalized, "normalized", " points")}.`,
    figures: {
      head: ["Benchmark", "Mean raw, %", "Mean, points"],
      rows: [...means]
        .sort((a, b) => a.normalized - b.normalized)
        .map((m) => [nameOf(suite, m.key), two(m.raw), two(m.normalized)]),
    },
  };
}

function meanOf(key: string, { suite, counted }: Table): Mean[] {
  const mean = (column: string) => {
    const known = counted.flatMap((m) => scoreOf(m, column) ?? []);
    return known.length === 0 ? null : known.reduce((sum, v) => sum + v, 0) / known.length;
  };
  const [raw, normalized] = [mean(`${key}_raw`), mean(key)];
  if (raw === null || normalized === null) return [];
  return [{ key, name: nameOf(suite, key), raw: raw * 100, normalized }];
}

function verdictOf(hits: number, all: number): Verdict {
  if (hits === all) return "holds";
  return hits >= all / 2 ? "part" : "not";
}
