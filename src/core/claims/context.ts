import type { ClaimOf } from "../records/announcement.ts";
import { count } from "../table/format.ts";
import { type Finding, nameOf, type Table, two, type Verdict } from "./finding.ts";
import { type Model, scoreOf } from "./models.ts";

/** Share of the best whose context length must be known for any verdict. */
const KNOWN = 1 / 2;
/** Shares of those known that must have the length. */
const ALL = 0.9;
const PART = 1 / 2;

export const CONTEXT_RULE =
  "Holds: at least nine tenths of the best whose context length is known have the claimed length. In part: at least half. Cannot be told: it is known for fewer than half of the best. The length is what the model was made for, not what its run had.";

/** Whether the best models of a benchmark take texts of a length. */
export function judgeContext(
  { key, best, tokens }: ClaimOf<"context">,
  { suite, counted }: Table,
): Finding {
  const name = nameOf(suite, key);
  const scored = counted.filter((m) => scoreOf(m, key) !== null);
  const first = [...scored].sort(byScore(key)).slice(0, best);
  const known = first.filter((m) => lengthOf(m) !== null);
  const long = (list: readonly Model[]) => list.filter((m) => lengthOf(m)! >= tokens).length;
  const all = scored.filter((m) => lengthOf(m) !== null);
  return {
    verdict: verdictOf(first.length, known.length, long(known)),
    text:
      known.length === 0
        ? `Context length is unknown for all of the best ${first.length} on ${name}.`
        : `Of the best ${first.length} on ${name} the context length of ${known.length} is known, and ${long(known)} of them ${long(known) === 1 ? "takes" : "take"} ${count(tokens)} tokens or more. ` +
          `For comparison: of all ${count(all.length)} models whose length is known, ${count(long(all))} do (${Math.round((100 * long(all)) / all.length)} %).`,
    figures: {
      head: ["Model", name, "Context, tokens"],
      rows: first.map((m) => [
        { model: String(m.model) },
        two(scoreOf(m, key)!),
        lengthOf(m) === null ? "unknown" : count(lengthOf(m)!),
      ]),
    },
  };
}

function lengthOf(model: Model): number | null {
  return scoreOf(model, "context_length");
}

function byScore(key: string): (a: Model, b: Model) => number {
  return (a, b) =>
    scoreOf(b, key)! - scoreOf(a, key)! || (String(a.eval_id) < String(b.eval_id) ? -1 : 1);
}

function verdictOf(best: number, known: number, long: number): Verdict {
  if (known === 0 || known < best * KNOWN) return "unknown";
  if (long >= known * ALL) return "holds";
  return long >= known * PART ? "part" : "not";
}
