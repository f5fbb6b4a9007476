import type { Context } from "./figure.ts";
import type { Option, Settings } from "./option.ts";

/** Which score a figure is about: the average or one benchmark's, by column. */
export function scoreOption({ main }: Context): Option {
  const benchmarks = main.benchmarks.map((b) => ({ value: b.key, label: b.name }));
  return {
    name: "score",
    label: "Score",
    kind: "choice",
    initial: "average",
    values: [{ value: "average", label: "Average" }, ...benchmarks],
  };
}

/** Its name for axes and tables. */
export function scoreLabel({ main }: Context, { score }: Settings): string {
  return main.benchmarks.find((b) => b.key === score)?.name ?? "Average";
}

/** Its name within a sentence. */
export function scoreWords(context: Context, settings: Settings): string {
  const label = scoreLabel(context, settings);
  return label === "Average" ? "average" : `score on ${label}`;
}
