import { literal, numberLiteral } from "../view/quote.ts";
import type { Context } from "./figure.ts";
import type { Option, Settings } from "./option.ts";
import { believed } from "./stated-size.ts";

/** Bytes that one weight takes, by number format. Others are unknown. */
const BYTES: Record<string, number> = {
  float32: 4,
  bfloat16: 2,
  float16: 2,
  "8bit": 1,
  "4bit": 0.5,
};

/** Cards as they are sold, in GB. */
const CARDS = [8, 12, 16, 24, 48, 80];

/** What the weights are loaded on, and how. */
export const MEMORY_OPTIONS: Option[] = [
  {
    name: "card",
    label: "Card",
    kind: "choice",
    initial: "24",
    values: CARDS.map((gb) => ({ value: String(gb), label: `${gb} GB` })),
  },
  { name: "cards", label: "How many", kind: "number", initial: "1", min: 1, max: 64, step: 1 },
  {
    name: "load",
    label: "Weights",
    kind: "choice",
    initial: "evaluated",
    values: [
      { value: "evaluated", label: "as evaluated" },
      { value: "8bit", label: "if loaded in 8 bit" },
      { value: "4bit", label: "if loaded in 4 bit" },
    ],
  },
  {
    name: "overhead",
    label: "Overhead, %",
    kind: "number",
    initial: "20",
    min: 0,
    max: 300,
    step: 5,
  },
];

/** `params_b`, null where it is unknown or not to be believed. */
export function sizeSql(context: Context, { least, doubtful }: Settings): string {
  const sound = `params_b >= ${numberLiteral(Number(least))} AND ${believed(context, doubtful)}`;
  return `CASE WHEN ${sound} THEN params_b END`;
}

/**
 * Memory of the weights in GB (10⁹ bytes), as SQL: parameters × bytes per weight × (1 + overhead).
 * Null where size or precision is unknown.
 */
export function memorySql(context: Context, settings: Settings): string {
  const bytes = BYTES[settings.load ?? ""];
  const factor = numberLiteral(1 + Number(settings.overhead) / 100);
  const each = bytes === undefined ? bytesByPrecision() : numberLiteral(bytes);
  return `${sizeSql(context, settings)} * ${each} * ${factor}`;
}

function bytesByPrecision(): string {
  const cases = Object.entries(BYTES).map(
    ([name, b]) => `WHEN ${literal(name)} THEN ${numberLiteral(b)}`,
  );
  return `(CASE precision ${cases.join(" ")} END)`;
}

/** All cards together, in GB. */
export function roomOf({ card, cards }: Settings): number {
  return Number(card) * Number(cards);
}

/** `a 24 GB card`, `2 cards of 24 GB` */
export function roomWords({ card, cards }: Settings): string {
  return Number(cards) === 1 ? `a card of ${card} GB` : `${cards} cards of ${card} GB`;
}
