import { baselineOf, normalize } from "../../core/suite/normalize.ts";

/** A model's raw scores, per cent: on a generative benchmark and on a multiple-choice one. */
export interface RawPair {
  generative: number;
  choice: number;
}

export interface Example {
  a: RawPair;
  b: RawPair;
  /** Answers to choose from in the second benchmark. */
  choices: number;
}

/** Averages 26 and 25 raw, 2 and 5 normalised: the announcement's figures for two choices. */
export const ANNOUNCED: Example = {
  a: { generative: 0, choice: 52 },
  b: { generative: 10, choice: 40 },
  choices: 2,
};

/** Points, 0–100. */
export interface Scored {
  generative: number;
  choice: number;
  rawAverage: number;
  average: number;
}

export function scored({ generative, choice }: RawPair, choices: number): Scored {
  const points = {
    generative: normalize(generative / 100, baselineOf({})),
    choice: normalize(choice / 100, baselineOf({ choices })),
  };
  return {
    ...points,
    rawAverage: (generative + choice) / 2,
    average: (points.generative + points.choice) / 2,
  };
}

/** At most one digit after the point. */
export function shown(points: number): string {
  return String(Number(points.toFixed(1)));
}

/** Who leads by which average, in a sentence. */
export function verdict(example: Example): string {
  const [a, b] = [scored(example.a, example.choices), scored(example.b, example.choices)];
  const raw = lead(a.rawAverage, b.rawAverage);
  const normalized = lead(a.average, b.average);
  const numbers = (x: number, y: number) => `${shown(x)} to ${shown(y)}`;
  return (
    `Raw, ${raw} (${numbers(a.rawAverage, b.rawAverage)}); ` +
    `normalised, ${normalized} (${numbers(a.average, b.average)}).`
  );
}

function lead(a: number, b: number): string {
  if (Math.abs(a - b) < 0.05) return "both are level";
  return a > b ? "A leads" : "B leads";
}
