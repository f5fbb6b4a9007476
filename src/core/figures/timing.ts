import type { Suite } from "../records/suite.ts";
import type { Context } from "./figure.ts";
import type { Knows } from "./known.ts";
import type { Option } from "./option.ts";

/** Days that can count as a model's. */
const DAYS = [
  { value: "submitted", column: "submitted_at", label: "submission to the board" },
  { value: "uploaded", column: "uploaded_at", label: "upload to the Hub" },
] as const;

/**
 * Which day counts as a model's: shared by the figures of a page, in one setting of the address. Starts
 * with the first that the table knows something of.
 */
export function dayOption({ columns }: Pick<Context, "columns">): Option {
  const known = DAYS.find((day) => columns.some((c) => c.name === day.column));
  return {
    name: "by",
    label: "Day of",
    kind: "choice",
    initial: (known ?? DAYS[0]).value,
    values: DAYS.map(({ value, label }) => ({ value, label })),
  };
}

/** Whether the table knows either day of any evaluation. */
export function knowsDay({ table }: Suite, knows: Knows): boolean {
  return DAYS.some((day) => knows(table, day.column));
}

/** The column with that day. */
export function dayColumn(by: string | undefined): "submitted_at" | "uploaded_at" {
  return by === "uploaded" ? "uploaded_at" : "submitted_at";
}

export function dayLabel(by: string | undefined): string {
  return by === "uploaded" ? "day of upload to the Hub" : "day of submission";
}
