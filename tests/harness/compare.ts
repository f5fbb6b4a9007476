import type { Answer, Made, Run, Task } from "./recording.ts";

/**
 * How far a log-likelihood may be from the recorded one: single precision adds up in another order on
 * another processor and with another batch size. Measured: see `docs/runner.md`.
 */
export const TOLERANCE = 1e-4;

/**
 * What is not as recorded, a line for each score and question: `TASK, question 2: the prompt is another`.
 * Log-likelihoods may be off by `tolerance`, all else has to be the same.
 */
export function whatMoved(before: Run, now: Run, tolerance = TOLERANCE): string[] {
  const tasks = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return tasks.flatMap((task) => {
    const [a, b] = [before[task], now[task]];
    if (!a) return [`${task}: is new`];
    if (!b) return [`${task}: is gone`];
    return inTask(a, b, tolerance).map((line) => `${task}${line}`);
  });
}

function inTask(before: Task, now: Task, tolerance: number): string[] {
  const scores = named(before.scores, now.scores);
  const lines = scores.length > 0 ? [`: ${scores.join(", ")}`] : [];
  const [a, b] = [before.answers.length, now.answers.length];
  if (a !== b) return [...lines, `: ${b} questions, recorded are ${a}`];
  const moved = before.answers.map((answer, i) => inAnswer(answer, now.answers[i]!, tolerance));
  return [
    ...lines,
    ...moved.flatMap((what, i) =>
      what.length > 0 ? [`, question ${i + 1}: ${what.join("; ")}`] : [],
    ),
  ];
}

function inAnswer(before: Answer, now: Answer, tolerance: number): string[] {
  const what = before.asked === now.asked ? [] : ["what is asked is another (its digest)"];
  what.push(...inLikelihoods(before.likelihoods ?? [], now.likelihoods ?? [], tolerance));
  if (before.text_sha256 !== now.text_sha256) {
    what.push(`the answer is ${shown(now)}, was ${shown(before)}`);
  }
  return [...what, ...named(before.verdicts, now.verdicts)];
}

type Likelihoods = NonNullable<Answer["likelihoods"]>;

function inLikelihoods(before: Likelihoods, now: Likelihoods, tolerance: number): string[] {
  if (before.length !== now.length) return [`${now.length} choices, were ${before.length}`];
  return before.flatMap(([value, greedy], i) => {
    const [other, isGreedy] = now[i]!;
    // Not `>`: what is no number has moved.
    const isNear = Math.abs(other - value) <= tolerance;
    if (isNear && isGreedy === greedy) return [];
    const said = isGreedy === greedy ? "" : isGreedy ? ", now said first" : ", no more said first";
    return [`choice ${i + 1} has log-likelihood ${other}, was ${value}${said}`];
  });
}

function named(before: Record<string, unknown>, now: Record<string, unknown>): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.flatMap((name) => {
    const [a, b] = [before[name], now[name]].map((v) => JSON.stringify(v) ?? "nothing");
    return a === b ? [] : [`${name} ${b}, was ${a}`];
  });
}

function shown({ text, text_sha256 }: Answer): string {
  return text === undefined
    ? `a text of digest ${text_sha256?.slice(0, 12)}`
    : JSON.stringify(text);
}

/** The largest difference of two log-likelihoods of the same question and choice. */
export function largestDifference(before: Run, now: Run): number {
  const values = (run: Run) =>
    Object.entries(run).flatMap(([task, { answers }]) =>
      answers.flatMap(({ likelihoods = [] }, i) =>
        likelihoods.map(([value], j) => [`${task} ${i} ${j}`, value] as const),
      ),
    );
  const known = new Map(values(before));
  const differences = values(now).map(([key, value]) =>
    Math.abs(value - (known.get(key) ?? value)),
  );
  return Math.max(0, ...differences);
}

/** In what the programs differ from those that it was recorded with: `torch 2.14.0, was 2.13.0`. */
export function whatIsOther(before: Made, now: Made): string[] {
  const lock = before.lock_sha256 === now.lock_sha256 ? [] : ["the lock file is another"];
  const machine =
    before.processor === now.processor ? [] : [`${now.processor}, was ${before.processor}`];
  const names = [
    ...new Set([...Object.keys(before.versions), ...Object.keys(now.versions)]),
  ].sort();
  const versions = names.flatMap((name) => {
    const [a = "none", b = "none"] = [before.versions[name], now.versions[name]];
    return a === b ? [] : [`${name} ${b}, was ${a}`];
  });
  return [...versions, ...lock, ...machine];
}

/** Questions whose best two choices are so near that each may move by the tolerance and change places. */
export function tooNear(run: Run): string[] {
  return Object.entries(run).flatMap(([task, { answers }]) =>
    answers.flatMap(({ margin = Infinity }, i) =>
      margin < 2 * TOLERANCE ? [`${task}, question ${i + 1}: ${margin}`] : [],
    ),
  );
}
