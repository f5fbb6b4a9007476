/** How a runner uses a Slurm cluster. */
export interface SlurmSettings {
  /** Null for the cluster's default. */
  partition: string | null;
  account: string | null;
  /** What GPUs are asked for by: `gpu`, or `gpu:a100` for those of one type. */
  gres: string;
  /** Bytes of one GPU, which Slurm does not know; 0 to use none; null where nobody has said. */
  gpuMemory: number | null;
  /** More words for sbatch; they come last, and so have the last word. */
  options: readonly string[];
  /** Downloads run where the runner does: nodes of many clusters have no way out. */
  downloadHere: boolean;
}
