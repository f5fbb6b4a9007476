import { createHash } from "node:crypto";
import { z } from "zod";
import { jsonIn } from "../../src/pipeline/sources/record.ts";
import type { Answer, Run } from "./recording.ts";

/** Characters of an answer that are kept as they are. */
const SHORT = 200;

/** Fields of a line of the harness's samples. */
const sampleSchema = z.looseObject({
  doc_id: z.number(),
  arguments: z.record(z.string(), z.looseObject({ arg_0: z.string(), arg_1: z.unknown() })),
  resps: z.array(z.array(z.unknown())),
  metrics: z.array(z.string()),
});
type Sample = z.infer<typeof sampleSchema>;

const likelihoodSchema = z.tuple([z.coerce.number(), z.enum(["True", "False"])]);

/**
 * What a run of the harness answered.
 *
 * @param results text of its result file
 * @param samples text of each of its files of samples, by task
 */
export function answersIn(results: string, samples: Record<string, string>): Run {
  const { results: scores } = z
    .object({ results: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(jsonIn(results));
  return Object.fromEntries(
    Object.keys(scores)
      .sort()
      .map((task) => [
        task,
        { scores: scoresIn(scores[task]!), answers: answersOf(samples[task] ?? "") },
      ]),
  );
}

function scoresIn(values: Record<string, unknown>): Record<string, number> {
  const named = Object.entries(values).filter(([name]) => /,/.test(name) && !/_stderr,/.test(name));
  return Object.fromEntries(named.filter((e): e is [string, number] => typeof e[1] === "number"));
}

function answersOf(text: string): Answer[] {
  const lines = text.split("\n").filter((line) => line !== "");
  const samples = lines.map((line) => sampleSchema.parse(JSON.parse(line)));
  return samples.sort((a, b) => a.doc_id - b.doc_id).map(answerOf);
}

function answerOf(sample: Sample): Answer {
  const verdicts = Object.fromEntries(sample.metrics.sort().map((m) => [m, sample[m]]));
  const asked = digest(JSON.stringify(sample.arguments));
  const given = sample.resps.map(([first]) => first);
  if (typeof given[0] === "string") {
    const text = given[0];
    const short = text.length <= SHORT ? { text } : {};
    return { asked, text_sha256: digest(text), ...short, verdicts: verdicts as Answer["verdicts"] };
  }
  const likelihoods = given.map((pair): [number, boolean] => {
    const [value, greedy] = likelihoodSchema.parse(pair);
    return [value, greedy === "True"];
  });
  const margin = marginOf(sample, likelihoods);
  return { asked, likelihoods, margin, verdicts: verdicts as Answer["verdicts"] };
}

/** `acc_norm` counts the likelihood of a character, `acc` that of the whole. */
function marginOf(sample: Sample, likelihoods: [number, boolean][]): number {
  const choices = Object.values(sample.arguments).map(({ arg_1 }) => String(arg_1).trim());
  const isNormed = sample.metrics.includes("acc_norm");
  const [best = 0, second = 0] = likelihoods
    .map(([value], i) => value / (isNormed ? choices[i]!.length : 1))
    .sort((a, b) => b - a);
  return best - second;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
