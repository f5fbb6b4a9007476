/** A string literal. NUL, which no query may hold, is spelt out. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''").replaceAll("\0", "' || chr(0) || '")}'`;
}

/**
 * A literal of exactly this number. Long decimals take an exponent, for without one DuckDB reads
 * them as DECIMAL, which has fewer digits than they may need on the way to DOUBLE.
 */
export function numberLiteral(value: number): string {
  const digits = String(value);
  if (Number.isSafeInteger(value) || /^-?\d{1,8}\.\d{1,6}$/.test(digits)) return digits;
  if (!Number.isFinite(value)) return `CAST('${digits}' AS DOUBLE)`;
  return digits.includes("e") ? digits : `${digits}e0`;
}

/** A column or table name as SQL has it: quoted where it must be. */
export function identifier(name: string): string {
  const plain = /^[a-z_][a-z0-9_]*$/.test(name) && !KEYWORDS.has(name);
  return plain ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Words that DuckDB does not take, or not everywhere, as the name of a column. */
const KEYWORDS = new Set(
  (
    "all analyse analyze and anti any array as asc asof asymmetric at authorization between bigint " +
    "binary bit boolean both by case cast char character check coalesce collate collation column " +
    "columns concurrently constraint create cross dec decimal default deferrable desc describe " +
    "distinct do else end except exists extract false fetch float for foreign freeze from full " +
    "generated glob grant group grouping grouping_id having ilike in initially inner inout int " +
    "integer intersect interval into is isnull join lambda lateral leading left like limit map " +
    "national natural nchar none not notnull null nullif numeric offset on only or order out outer " +
    "overlaps overlay pivot pivot_longer pivot_wider placing position positional precision primary " +
    "qualify real references returning right row select semi setof show similar smallint some " +
    "struct substring summarize symmetric table tablesample then time timestamp to trailing treat " +
    "trim true try_cast union unique unpack unpivot using values varchar variadic verbose when " +
    "where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces " +
    "xmlparse xmlpi xmlroot xmlserialize xmltable"
  ).split(" "),
);
