import type { Suite } from "../../core/records/suite.ts";
import { identifier, literal } from "../../core/view/quote.ts";

/** A query that teaches something. */
export interface Example {
  title: string;
  /** What of SQL it shows. */
  teaches: string;
  sql: string;
}

/** What there is to ask about. */
export interface Subject {
  main: Suite;
  archive: Suite | null;
  /** An earlier snapshot and the address of its main table. */
  past: { day: string; address: string } | null;
  /** Names of the tables that have rows. */
  filled: ReadonlySet<string>;
}

/** From a first query to joins and windows, over whichever benchmarks the suites have. */
export function examplesOf({ main, archive, past, filled }: Subject): Example[] {
  return [
    ...simple(main),
    ...groups(main),
    ...benchmarks(main),
    ...(filled.has("history") ? overTime(main) : []),
    ...(archive ? [bothSuites(main, archive)] : []),
    ...(past ? [earlier(main, past)] : []),
    ...(filled.has("requests") ? [queue()] : []),
    ...(filled.has("votes") ? [votes(main)] : []),
  ];
}

function simple({ table }: Suite): Example[] {
  const name = identifier(table);
  return [
    {
      title: "The ten best",
      teaches: "SELECT, WHERE, ORDER BY, LIMIT",
      sql: `SELECT rank, model, average, params_b
FROM ${name}
WHERE rank IS NOT NULL
ORDER BY rank
LIMIT 10`,
    },
    {
      title: "Small and good",
      teaches: "Conditions, and arithmetic with a name of its own",
      sql: `SELECT model, params_b, average,
  average / params_b AS points_per_billion
FROM ${name}
WHERE params_b BETWEEN 0.1 AND 8
  AND params_doubt IS NULL
  AND flagged IS NOT TRUE
  AND on_hub IS NOT FALSE
ORDER BY average DESC NULLS LAST
LIMIT 25`,
    },
  ];
}

function groups({ table }: Suite): Example[] {
  const name = identifier(table);
  return [
    {
      title: "Kinds of models",
      teaches: "GROUP BY: one row for many. Then press Chart",
      sql: `SELECT model_type,
  count(*) AS evaluations,
  round(avg(average), 2) AS mean_average,
  max(average) AS best
FROM ${name}
WHERE flagged IS NOT TRUE
GROUP BY model_type
ORDER BY mean_average DESC NULLS LAST`,
    },
    {
      title: "Size against score",
      teaches: "Two numbers and a colour: a scatter plot",
      sql: `SELECT params_b, average, model_type, model
FROM ${name}
WHERE params_b > 0 AND params_b <= 80
  AND average IS NOT NULL`,
    },
    {
      title: "The best of every size",
      teaches: "CASE, and a window: QUALIFY keeps the first row of each group",
      sql: `SELECT
  CASE
    WHEN params_b <= 3 THEN '1: up to 3B'
    WHEN params_b <= 7 THEN '2: 3B to 7B'
    WHEN params_b <= 15 THEN '3: 7B to 15B'
    WHEN params_b <= 40 THEN '4: 15B to 40B'
    ELSE '5: above 40B'
  END AS size,
  model, params_b, average
FROM ${name}
WHERE params_b IS NOT NULL AND params_doubt IS NULL
  AND flagged IS NOT TRUE
QUALIFY row_number() OVER (PARTITION BY size ORDER BY average DESC NULLS LAST) = 1
ORDER BY size`,
    },
  ];
}

function benchmarks({ id, table, benchmarks: all, normalized }: Suite): Example[] {
  const name = identifier(table);
  const first = identifier(all[0]!.key);
  const last = identifier(all.at(-1)!.key);
  const score = normalized ? "s.normalized" : "100 * s.raw";
  return [
    {
      title: `Better at ${all[0]!.name} than on average`,
      teaches: "A difference of two columns",
      sql: `SELECT model, average, ${first},
  ${first} - average AS ahead
FROM ${name}
WHERE rank IS NOT NULL
ORDER BY ahead DESC NULLS LAST
LIMIT 30`,
    },
    {
      title: "How benchmarks go together",
      teaches: "corr, regr_slope: statistics over two columns",
      sql: `SELECT
  count(*) AS evaluations,
  corr(${first}, average) AS ${joined(all[0]!.key)},
  corr(${last}, average) AS ${joined(all.at(-1)!.key)},
  corr(${first}, ${last}) AS between_the_two,
  regr_slope(average, ${first}) AS points_per_point
FROM ${name}
WHERE flagged IS NOT TRUE`,
    },
    {
      title: "The winner of each benchmark",
      teaches: "JOIN … USING: the scores, one row each, and who they belong to",
      sql: `SELECT s.benchmark, m.model, ${score} AS score, s.stderr, s.n
FROM scores AS s
JOIN ${name} AS m USING (eval_id)
WHERE s.suite = ${literal(id)}
  AND s.subtask IS NULL
  AND m.flagged IS NOT TRUE
QUALIFY row_number() OVER (PARTITION BY s.benchmark ORDER BY ${score} DESC NULLS LAST, m.model) = 1
ORDER BY score DESC NULLS LAST`,
    },
    {
      title: "How hard each benchmark is",
      teaches: "Quantiles of many rows",
      sql: `SELECT s.benchmark,
  count(*) AS scores,
  quantile_cont(${score}, 0.5) AS median,
  quantile_cont(${score}, 0.9) AS best_tenth_above,
  max(${score}) AS best
FROM scores AS s
WHERE s.suite = ${literal(id)} AND s.subtask IS NULL
GROUP BY s.benchmark
ORDER BY median`,
    },
  ];
}

/** A name for the correlation of a benchmark with the average. */
function joined(key: string): string {
  return identifier(`${key}_and_average`);
}

function overTime({ table }: Suite): Example[] {
  const name = identifier(table);
  return [
    {
      title: "Owners over time",
      teaches: "WITH: a query within a query. As a chart, a line for each owner",
      sql: `WITH owners AS (
  SELECT split_part(model, '/', 1) AS owner, count(*) AS evaluations
  FROM ${name}
  GROUP BY owner
  ORDER BY evaluations DESC, owner
  LIMIT 4
)
SELECT h.as_of, o.owner, max(h.average) AS best
FROM history AS h
JOIN ${name} AS m USING (eval_id)
JOIN owners AS o ON o.owner = split_part(m.model, '/', 1)
GROUP BY h.as_of, o.owner
ORDER BY h.as_of, o.owner`,
    },
    {
      title: "Ranks from one day to the next",
      teaches: "lag: a window that looks at the row before",
      sql: `SELECT eval_id, as_of, rank,
  lag(rank) OVER days AS rank_before,
  rank - lag(rank) OVER days AS places_lost
FROM history
WINDOW days AS (PARTITION BY eval_id ORDER BY as_of)
ORDER BY places_lost DESC NULLS LAST, eval_id
LIMIT 100`,
    },
  ];
}

function bothSuites(main: Suite, archive: Suite): Example {
  return {
    title: `In both: ${archive.name} and ${main.name}`,
    teaches: "Two tables side by side: the best row of each model, joined by its name",
    sql: `WITH earlier AS (
  SELECT model, max(average) AS average FROM ${identifier(archive.table)} GROUP BY model
), later AS (
  SELECT model, max(average) AS average FROM ${identifier(main.table)} GROUP BY model
)
SELECT model,
  earlier.average AS average_before,
  later.average AS average_now
FROM earlier
JOIN later USING (model)
ORDER BY average_now DESC NULLS LAST`,
  };
}

function earlier({ table }: Suite, { day, address }: { day: string; address: string }): Example {
  const name = identifier(table);
  return {
    title: `Since ${day}`,
    teaches: "A file of this site by its address: every dated snapshot can be asked",
    sql: `SELECT eval_id,
  old.rank AS rank_then,
  new.rank AS rank_now,
  new.average - old.average AS change
FROM ${literal(address)} AS old
JOIN ${name} AS new USING (eval_id)
ORDER BY rank_then NULLS LAST
LIMIT 100`,
  };
}

function queue(): Example {
  return {
    title: "Where requests stand",
    teaches: "min and max of texts: times written as ISO 8601 sort as they are",
    sql: `SELECT status,
  count(*) AS requests,
  min(submitted_at) AS oldest,
  max(submitted_at) AS newest
FROM requests
GROUP BY status
ORDER BY requests DESC, status`,
  };
}

function votes({ table }: Suite): Example {
  return {
    title: "What is voted for",
    teaches: "IN with a query of its own: whether a model is in another table",
    sql: `SELECT model,
  count(*) AS votes,
  max(voted_at) AS newest,
  model IN (SELECT model FROM ${identifier(table)}) AS evaluated
FROM votes
GROUP BY model
ORDER BY votes DESC, model
LIMIT 25`,
  };
}
