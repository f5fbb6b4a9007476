import type { Suite } from "../../core/records/suite.ts";
import { type Row, wholeIndex } from "../sources/packed.ts";

/** A benchmark that no evaluation of its suite has. */
export interface Gap {
  suite: string;
  benchmark: string;
  /** Harness task and metrics that were looked for. */
  task: string;
  metrics: string[];
  /** Evaluations of the suite, of which none has it. */
  of: number;
}

/** The benchmarks that no evaluation has, of suites that have evaluations. */
export function gapsIn(suites: readonly Suite[], evaluations: readonly Row[]): Gap[] {
  return suites.flatMap((suite) => {
    const own = evaluations.filter((e) => e.suite === suite.id);
    if (own.length === 0) return [];
    return suite.benchmarks
      .filter(({ key }) => own.every((e) => wholeIndex(e, key) < 0))
      .map(({ name, task, metrics }) => ({
        suite: suite.name,
        benchmark: name,
        task,
        metrics: metrics.map((m) => m.name),
        of: own.length,
      }));
  });
}
