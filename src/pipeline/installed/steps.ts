/** What a command is at, so that it can say what it waits for. */
interface Step {
  what: string;
  /** Milliseconds, of `performance.now()`. */
  since: number;
}

const steps = new Set<Step>();

/** Does work under a name: "writing scores.parquet". */
export async function during<T>(what: string, work: () => Promise<T>): Promise<T> {
  const step = { what, since: performance.now() };
  steps.add(step);
  try {
    return await work();
  } finally {
    steps.delete(step);
  }
}

/** What is under way, in the order in which it was begun: the last is the innermost. */
export function stepsNow(): readonly Step[] {
  return [...steps];
}
