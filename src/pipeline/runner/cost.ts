import { z } from "zod";

/** What a run cost. */
export const costSchema = z.object({
  currency: z.literal("USD"),
  /** In whole units of time, as they are paid. */
  amount: z.number().nonnegative(),
  /** The unit: a second, a minute, an hour. */
  per: z.enum(["second", "minute", "hour"]),
  /** What was paid for. */
  seconds: z.number().nonnegative(),
});

export type Cost = z.infer<typeof costSchema>;

/** Of a machine whose hour has a price. Null where nobody said it, or how long it takes is not known. */
export function costAt(dollarsPerHour: number | null, seconds: number | null): Cost | null {
  if (dollarsPerHour === null || seconds === null) return null;
  return { currency: "USD", amount: (dollarsPerHour * seconds) / 3600, per: "second", seconds };
}

/** For people: "$0.12"; what is above nothing is never "$0.00". */
export function dollars(amount: number): string {
  return amount > 0 && amount < 0.01 ? "less than $0.01" : `$${amount.toFixed(2)}`;
}
