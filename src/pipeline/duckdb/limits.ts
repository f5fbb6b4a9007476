import { UserError } from "../../core/records/user-error.ts";

/**
 * What a table of a source may have. The longest board there was has 7,169 rows of 40 columns; a file of a few
 * kilobytes can unpack to gigabytes.
 */
export const TABLE_LIMITS = {
  rows: 1_000_000,
  columns: 2_000,
  /** Unpacked. */
  bytes: 1_000_000_000,
  /** Characters of a cell that are read; all fields have far fewer, and say so. */
  cell: 100_000,
} as const;

/** @throws UserError where a table has more rows, columns or bytes than one may have */
export function refuseHuge(has: Partial<Record<"rows" | "columns" | "bytes", number>>): void {
  for (const what of ["rows", "columns", "bytes"] as const) {
    const number = has[what] ?? 0;
    if (number <= TABLE_LIMITS[what]) continue;
    const most = TABLE_LIMITS[what].toLocaleString("en");
    throw new UserError(
      `it has ${number.toLocaleString("en")} ${what}, and a table has ${most} at most: divide it, or leave out what is no figure`,
    );
  }
}
