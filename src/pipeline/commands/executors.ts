import { join } from "node:path";
import { UserError } from "../../core/records/user-error.ts";
import type { Executor } from "../runner/executor.ts";
import type { Harness } from "../runner/harness.ts";
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

interface Values {
  executor: string;
  "slurm-partition"?: string | undefined;
  "slurm-account"?: string | undefined;
  "slurm-gres": string;
  "slurm-gpu-memory"?: string | undefined;
  "slurm-option": string[];
  "slurm-download-here": boolean;
}

/** @throws UserError for one that there is not, and for settings that are none */
export function executorOf(
  values: Values,
  { bin }: Harness,
  say: (text: string) => void,
): Executor {
  if (values.executor === "local") return local;
  if (values.executor === "slurm") return slurm(slurmSettings(values), join(bin, "python"), say);
  throw new UserError(`--executor ${values.executor}: there are local and slurm.`);
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
