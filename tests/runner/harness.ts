import v2 from "../../data/suites/open-llm-v2.json" with { type: "json" };
import { type Epoch, suiteSchema } from "../../src/core/records/suite.ts";
import type { Harnessed } from "../../src/pipeline/runner/locks.ts";

/** Whether the v2 suite's harness is tried in place of the newest of PyPI. */
export const SUITE_HARNESS = process.env.SUITE_HARNESS === "1";

/** What names the v2 suite's harness, without its first day: an only epoch has none. */
export const V2_EPOCH: Epoch = { ...suiteSchema.parse(v2).epochs.at(-1)!, since: undefined };

/** A suite that names the harness that is tried. */
export const HARNESSED: Harnessed = { id: "compass", epochs: SUITE_HARNESS ? [V2_EPOCH] : [] };
