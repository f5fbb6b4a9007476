import type { Benchmark } from "../records/suite.ts";

type Subtasks = Benchmark["subtasks"];

/** Whether some subtask's questions are asked in another one again. */
export function hasCopies({ subtasks }: Pick<Benchmark, "subtasks">): boolean {
  return subtasks.some((s) => s.contained_in !== undefined);
}

/**
 * How the values of two subtasks move together, 0–1, if copies of a question are answered alike and
 * questions are independent: √(n₁/n₂) for n₁ ≤ n₂ questions of which the smaller's lie in the larger.
 * Two that only lie in the same third one are taken to share as many as they could, which errs to
 * the wide side.
 *
 * @returns correlation of the i-th and the j-th subtask
 */
export function correlations(subtasks: Subtasks): (i: number, j: number) => number {
  const outermost = subtasks.map((s) => outermostOf(subtasks, s.task));
  return (i, j) => {
    if (i === j) return 1;
    if (outermost[i] !== outermost[j]) return 0;
    const [a, b] = [subtasks[i]!.n!, subtasks[j]!.n!];
    return Math.sqrt(Math.min(a, b) / Math.max(a, b));
  };
}

function outermostOf(subtasks: Subtasks, task: string): string {
  const around = subtasks.find((s) => s.task === task)?.contained_in;
  return around === undefined ? task : outermostOf(subtasks, around);
}

/**
 * By how much the standard error of a group, every question asked of which counts the same, exceeds
 * that of as many independent questions, if copies are answered alike: √(Σw²/Σw) over the different
 * questions, each asked w times. 1 without copies.
 */
export function widening({ subtasks }: Pick<Benchmark, "subtasks">): number {
  if (!hasCopies({ subtasks })) return 1;
  const related = correlations(subtasks);
  let asked = 0;
  let squares = 0;
  subtasks.forEach(({ n }, i) => {
    asked += n!;
    // Σw² counts, for every pair of subtasks, the questions that they share.
    subtasks.forEach((other, j) => {
      squares += Math.sqrt(n! * other.n!) * related(i, j);
    });
  });
  return Math.sqrt(squares / asked);
}

/** What a group's questions come to. */
export interface Questions {
  /** As often as they are asked. */
  asked: number;
  /** Each once. */
  different: number;
  /** Independent questions that would tell as much: (Σw)²/Σw². */
  effective: number;
}

/** Null where no question is asked twice. */
export function questionsOf(benchmark: Pick<Benchmark, "subtasks">): Questions | null {
  if (!hasCopies(benchmark)) return null;
  const { subtasks } = benchmark;
  const sum = (list: Subtasks) => list.reduce((n, s) => n + s.n!, 0);
  const asked = sum(subtasks);
  return {
    asked,
    different: sum(subtasks.filter((s) => s.contained_in === undefined)),
    effective: asked / widening(benchmark) ** 2,
  };
}
