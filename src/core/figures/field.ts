import type { Suite } from "../records/suite.ts";
import { boardWeights } from "../suite/board-average.ts";
import { stepdown } from "../suite/stepdown.ts";
import { bonferroni, rankRanges } from "../suite/uncertainty.ts";
import { identifier, numberLiteral } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context, Row } from "./figure.ts";
import { filterOf } from "./filter.ts";
import type { Option, Settings } from "./option.ts";

/** Both figures of ranks have it, and change together. */
export const RANGES: Option = {
  name: "ranges",
  label: "How ranges are formed",
  kind: "choice",
  initial: "bonferroni",
  values: [
    { value: "bonferroni", label: "Bonferroni (cautious)" },
    { value: "stepdown", label: "Bootstrap with stepdown" },
  ],
};

/**
 * The field that ranks are about: the evaluations filtered for that are not flagged and have an
 * average with a standard error, best first. Rows of `rank, model, eval_id, average, stderr`.
 */
export function fieldSql({ main, columns }: Context, view: View): string {
  const where = filterOf(view, columns, main.table).replaceAll("\n", "\n  ");
  return [
    "SELECT CAST(rank() OVER (ORDER BY average DESC) AS INTEGER) AS rank, *",
    "FROM (",
    "  SELECT model, eval_id, average,",
    `    ${averageStderrSql(main)} AS stderr`,
    `  FROM ${identifier(main.table)}`,
    "  WHERE average IS NOT NULL AND flagged IS NOT TRUE",
    `    AND ${where}`,
    ") AS field",
    "WHERE stderr IS NOT NULL",
    "ORDER BY average DESC, eval_id",
  ].join("\n");
}

/** `boardStderr`, operation by operation. */
export function averageStderrSql({ benchmarks }: Suite): string {
  const weights = boardWeights(benchmarks);
  if (weights) {
    const total = numberLiteral(weights.reduce((sum, w) => sum + w, 0));
    const parts = benchmarks.flatMap(({ key }, i) => {
      const share = `${identifier(`${key}_stderr`)} * ${numberLiteral(weights[i]!)} / ${total}`;
      return weights[i] === 0 ? [] : [`(${share}) * (${share})`];
    });
    return `sqrt(${parts.join(" + ")})`;
  }
  const squares = benchmarks.map(({ key }) => {
    const id = identifier(`${key}_stderr`);
    return `${id} * ${id}`;
  });
  return `sqrt(${squares.join(" + ")}) / ${numberLiteral(benchmarks.length)}`;
}

/** A row of the field with the ranks that it could hold in it, and its tie group. */
export interface Ranged {
  rank: number;
  model: string;
  eval_id: string;
  average: number;
  stderr: number;
  rank_low: number;
  rank_high: number;
  tie_group: number;
}

/** What is filtered is what is ranked. */
export function withRanges(field: readonly Row[], { ranges: bound }: Settings): Ranged[] {
  const ranges = rankRanges(
    field.map((row) => row.average as number),
    field.map((row) => row.stderr as number),
    bound === "stepdown" ? stepdown : bonferroni,
  );
  return field.map((row, i) => ({
    rank: Number(row.rank),
    model: String(row.model),
    eval_id: String(row.eval_id),
    average: Number(row.average),
    stderr: Number(row.stderr),
    rank_low: ranges[i]!.low,
    rank_high: ranges[i]!.high,
    tie_group: ranges[i]!.group,
  }));
}

/** `3–9`, `12`. */
export function rangeWords(low: number, high: number): string {
  const [from, to] = [low, high].map((n) => n.toLocaleString("en"));
  return low === high ? from! : `${from}–${to}`;
}
