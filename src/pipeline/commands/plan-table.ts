import { byteSize, duration } from "../../core/table/format.ts";
import { type Cost, dollars } from "../runner/cost.ts";
import type { Planned } from "../runner/rounds.ts";

const HEAD = ["model", "precision", "on", "memory", "time", "cost"];

/** What waiting requests would take, as lines of a table: a row for each, in the order in which they would be run. */
export function planTable(planned: readonly Pick<Planned, "request" | "estimate">[]): string[] {
  const rows = planned.map(({ request: { row }, estimate }) => {
    const start = [row.model, row.precision ?? "unknown"];
    if (typeof estimate === "string") return [...start, "not here", "–", "–", "–"];
    const { deviceName, memory, seconds, cost } = estimate;
    const time = seconds === null ? "unknown" : duration(seconds);
    return [...start, deviceName, byteSize(memory), time, costText(cost)];
  });
  const table = [HEAD, ...rows];
  const widths = HEAD.map((_, i) => Math.max(...table.map((row) => row[i]!.length)));
  return table.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd(),
  );
}

/** What is not known is not nothing. */
export function costText(cost: Cost | null): string {
  return cost === null ? "unknown" : dollars(cost.amount);
}
