import { join } from "node:path";
import { UserError } from "../../core/records/user-error.ts";
import type { Hub } from "../hub/connection.ts";
import type { Executor, Limits } from "../runner/executor.ts";
import type { Harness } from "../runner/harness.ts";
import { hfJobs } from "../runner/hf-jobs/hf-jobs.ts";
import type { JobsSettings } from "../runner/hf-jobs/settings.ts";
import { local } from "../runner/local.ts";
import type { SlurmSettings } from "../runner/slurm/settings.ts";
import { slurm } from "../runner/slurm/slurm.ts";

/** Options of the runner for `--executor slurm`. */
export const SLURM_OPTIONS = {
  "slurm-partition": { type: "string" },
  "slurm-account": { type: "string" },
  /** What GPUs are asked for by. */
  "slurm-gres": { type: "string", default: "gpu" },
  /** Gigabytes of one GPU; 0 uses none. */
  "slurm-gpu-memory": { type: "string" },
  /** One more word for sbatch; may be said more than once. */
  "slurm-option": { type: "string", multiple: true, default: [] as string[] },
  /** Downloads run here, not in a job. */
  "slurm-download-here": { type: "boolean", default: false },
} as const;

/** Options of the runner for `--executor hf-jobs`. */
export const JOBS_OPTIONS = {
  /** Dollars that all its jobs may cost together. */
  ceiling: { type: "string" },
  /** Whose jobs they are, and who pays. */
  "jobs-namespace": { type: "string" },
  /** Of the container. */
  "jobs-image": { type: "string" },
} as const;

interface Values {
  executor: string;
  ceiling?: string | undefined;
  "jobs-namespace"?: string | undefined;
  "jobs-image"?: string | undefined;
  "slurm-partition"?: string | undefined;
  "slurm-account"?: string | undefined;
  "slurm-gres": string;
  "slurm-gpu-memory"?: string | undefined;
  "slurm-option": string[];
  "slurm-download-here": boolean;
}

/** What an executor is made with. */
interface Around {
  harness: Harness;
  hub: Hub;
  /** The runner's folder. */
  work: string;
  limits: Limits;
  say: (text: string) => void;
}

/** @throws UserError for one that there is not, and for settings that are none */
export function executorOf(values: Values, around: Around): Executor {
  const { harness, hub, work, limits, say } = around;
  switch (values.executor) {
    case "local":
      return local;
    case "slurm":
      return slurm(slurmSettings(values), join(harness.bin, "python"), say);
    case "hf-jobs":
      if (harness.commit !== null && values["jobs-image"] === undefined) {
        throw new UserError(
          `The suite's harness is commit ${harness.commit}, which a job cannot install: name an image that has it with --jobs-image.`,
        );
      }
      return hfJobs(jobsSettings(values, limits), hub, work, say);
    default:
      throw new UserError(`--executor ${values.executor}: there are local, slurm and hf-jobs.`);
  }
}

/** Has Python, and no more: the lock file is installed at each start. */
const IMAGE = "python:3.12";

/** @throws UserError where nobody said how much may be spent */
export function jobsSettings(values: Values, { seconds }: Pick<Limits, "seconds">): JobsSettings {
  const { ceiling, "jobs-namespace": namespace, "jobs-image": image = IMAGE } = values;
  if (ceiling === undefined) {
    throw new UserError(
      "--executor hf-jobs rents machines: say how many dollars all its jobs may cost together, with --ceiling DOLLARS.",
    );
  }
  const dollars = Number(ceiling);
  if (ceiling.trim() === "" || !(dollars > 0 && dollars <= 1e6)) {
    throw new UserError(`--ceiling ${ceiling}: must be a number of dollars above 0.`);
  }
  if (namespace !== undefined && !/^[A-Za-z0-9][\w.-]{0,95}$/.test(namespace)) {
    throw new UserError(`--jobs-namespace ${namespace}: must be an account or organisation.`);
  }
  if (!/^[a-z0-9][\w./:@-]{0,254}$/.test(image)) {
    throw new UserError(`--jobs-image ${image}: must be an image like python:3.12.`);
  }
  return { ceiling: dollars, namespace: namespace ?? null, image, seconds };
}

/** What sbatch's own variables say counts where no option does. */
export function slurmSettings(values: Values, env = process.env): SlurmSettings {
  const { "slurm-gres": gres, "slurm-option": options } = values;
  if (!/^[\w-]+(?::[\w.-]+)?$/.test(gres)) {
    throw new UserError(`--slurm-gres ${gres}: must be like gpu, or gpu:a100.`);
  }
  const odd = options.find((word) => !word.startsWith("-"));
  if (odd !== undefined) {
    throw new UserError(
      `--slurm-option=${odd}: must be one option of sbatch with its value, as --slurm-option=--qos=low.`,
    );
  }
  return {
    partition: values["slurm-partition"] ?? env.SBATCH_PARTITION ?? null,
    account: values["slurm-account"] ?? env.SBATCH_ACCOUNT ?? null,
    gres,
    gpuMemory: memoryOf(values["slurm-gpu-memory"]),
    options,
    downloadHere: values["slurm-download-here"],
  };
}

function memoryOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value * 2 ** 30;
  throw new UserError(`--slurm-gpu-memory ${text}: must be a number of gigabytes, or 0.`);
}
