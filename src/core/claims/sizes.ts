import { dayWords } from "../charts/time.ts";
import { changeWords, quarterOf, quartersOf } from "../figures/archive-over-time.ts";
import type { Row } from "../figures/figure.ts";
import { count, formatParams } from "../table/format.ts";
import { SIZES } from "../view/sizes.ts";
import { FEWEST, type Finding, two, type Verdict } from "./finding.ts";

export const SIZES_RULE =
  "By quarter of a year of submission, of evaluations whose size is known and not in doubt. Holds: from the first quarter to the last the median size fell and the median average rose. In part: one of the two. Does not: neither. The table’s first and last day may cut its first and last quarter short.";

/**
 * Whether models became smaller and better.
 *
 * @param rows of `overTimeSql`
 */
export function judgeSizes(rows: readonly Row[]): Finding {
  const quarters = quartersOf(rows);
  const [first, last] = [quarters[0], quarters.at(-1)];
  if (!first || !last || first === last) {
    return {
      verdict: "unknown",
      text: `There are no two quarters with ${FEWEST} evaluations of known size and day.`,
    };
  }
  const n = quarters.reduce((sum, q) => sum + q.n, 0);
  const sizes = [first, last].map((q) => formatParams(q.params)) as [string, string];
  const means = [first, last].map((q) => formatParams(q.meanParams)) as [string, string];
  return {
    verdict: verdictOf(last.params < first.params, last.average > first.average),
    text: [
      `Over ${count(n)} evaluations, from ${first.name} to ${last.name}, the median size ${changeWords(...sizes)} ` +
        `(the mean ${changeWords(...means)}), and the median average ${changeWords(two(first.average), two(last.average))}.`,
      caughtUp(rows, first.name),
    ]
      .filter(Boolean)
      .join(" "),
    figures: {
      head: ["Quarter", "n", "Median size", "Mean size", "Median average"],
      rows: quarters.map((q) => [
        q.name,
        count(q.n),
        formatParams(q.params),
        formatParams(q.meanParams),
        two(q.average),
      ]),
    },
  };
}

function verdictOf(isSmaller: boolean, isBetter: boolean): Verdict {
  if (isSmaller && isBetter) return "holds";
  return isSmaller || isBetter ? "part" : "not";
}

/** When the smallest class that ever did reached what was the best of all in the first quarter. */
function caughtUp(rows: readonly Row[], quarter: string): string {
  const sized = rows.filter((r) => r.class !== null);
  const best = sized
    .filter((r) => quarterOf(r) === quarter)
    .sort((a, b) => Number(b.average) - Number(a.average))[0];
  const bestClass = SIZES.findIndex((s) => s.name === best?.class);
  for (const { name, label } of SIZES.slice(0, Math.max(0, bestClass))) {
    const passed = sized
      .filter((r) => r.class === name && Number(r.average) >= Number(best!.average))
      .sort((a, b) => (String(a.day) < String(b.day) ? -1 : 1))[0];
    if (passed) {
      return (
        `The best of all in the first quarter had ${two(Number(best!.average))} ` +
        `(${best!.model}, ${formatParams(best!.params_b as number | null)}); the first of ${label} with that was submitted on ${dayWords(String(passed.day))} ` +
        `(${passed.model}, ${formatParams(passed.params_b as number | null)}).`
      );
    }
  }
  return "";
}
