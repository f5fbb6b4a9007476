import { numberLiteral } from "./quote.ts";

/**
 * Classes of size by billions of parameters: from the lower end, which is included, to below the upper.
 *
 * The ends lie where hardly any model does, so that models which people call by one number stay
 * together. Counted in the 4,566 evaluations of the Open LLM Leaderboard's last table (21 March 2025)
 * that state a size: within 3 % below 5, 12, 18 and 65 there are 0, 2, 2 and 1 of them, and above these
 * ends, within the same, 0, 186 (12.2B: Mistral Nemo), 2 and 3. The archive's whole numbers have their
 * thin places there too. The former ends, 3 and 7, had 9 and 11 below, but 7.6B and 8.0B, 1,374
 * evaluations that are called 7B and 8B, fell into the class above 7.
 *
 * In 16 bit a billion parameters takes 2 GB, so the ends are also 10, 24, 36 and 130 GB: what runs on a
 * phone or a laptop, on one consumer card, on the largest of these, on a workstation, and the rest.
 */
export const SIZES = [
  { name: "edge", label: "<5B", from: 0, below: 5 },
  { name: "consumer", label: "5–<12B", from: 5, below: 12 },
  { name: "prosumer", label: "12–<18B", from: 12, below: 18 },
  { name: "workstation", label: "18–<65B", from: 18, below: 65 },
  { name: "large", label: "≥65B", from: 65, below: Number.POSITIVE_INFINITY },
] as const;

export type SizeClass = (typeof SIZES)[number];
export type Size = SizeClass["name"];

/** The class of a size in billions of parameters; null for an unknown one, and for 0, which is none. */
export function sizeOf(params: unknown): SizeClass | null {
  if (typeof params !== "number" || !(params > 0)) return null;
  return SIZES.find(({ from, below }) => params >= from && params < below) ?? null;
}

/** A class in whole words: `5 to fewer than 12 billion parameters`. */
export function sizeWords({ from, below }: SizeClass): string {
  if (from === 0) return `fewer than ${below} billion parameters`;
  return Number.isFinite(below)
    ? `${from} to fewer than ${below} billion parameters`
    : `${from} billion parameters and more`;
}

/** The same class as a condition over `params_b`. */
export function sizeCondition({ from, below }: SizeClass): string {
  const least = from === 0 ? "params_b > 0" : `params_b >= ${numberLiteral(from)}`;
  return Number.isFinite(below) ? `${least} AND params_b < ${numberLiteral(below)}` : least;
}
