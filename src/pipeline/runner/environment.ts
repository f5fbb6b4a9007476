import { delimiter, dirname, join } from "node:path";

/** Of the runner's own environment, what a job gets of it where it is set: how to use the machine. */
const MACHINE = [
  "CUDA_VISIBLE_DEVICES",
  "LD_LIBRARY_PATH",
  "NVIDIA_VISIBLE_DEVICES",
  "OMP_NUM_THREADS",
  "ROCR_VISIBLE_DEVICES",
];

/** The same of what downloads: the way to the Hub. */
const NETWORK = [
  "HF_ENDPOINT",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "REQUESTS_CA_BUNDLE",
  "SSL_CERT_FILE",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

/** Folders of a job. */
export interface Folders {
  /** The job's own: home, temporary files. */
  job: string;
  /** Where it starts: paths in task files are relative to it. */
  start: string;
  /** What was downloaded: models and questions. */
  hub: string;
  /** Questions as the harness's own libraries keep them: older ones cannot read what newer ones wrote. */
  datasets: string;
  /** Of the harness's commands. */
  bin: string;
}

type Environment = Record<string, string>;

/** What every command of a job sees: nothing of the runner's but how to use the machine. */
function common({ job, start, hub, datasets, bin }: Folders, own: NodeJS.ProcessEnv): Environment {
  return {
    ...taken(own, MACHINE),
    PATH: [bin, "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter),
    HOME: job,
    TMPDIR: job,
    LANG: "C.UTF-8",
    // GPUs have the numbers that NVML gives them, by which they are measured.
    CUDA_DEVICE_ORDER: "PCI_BUS_ID",
    // The harness notes the commit of whatever repository it starts in: the runner's is none of its.
    GIT_CEILING_DIRECTORIES: dirname(start),
    HF_HOME: hub,
    HF_DATASETS_CACHE: datasets,
    HF_HUB_DISABLE_TELEMETRY: "1",
    NLTK_DATA: own.NLTK_DATA || join(hub, "nltk"),
    // Datasets that are programs, which older versions of the library run where a task says so.
    HF_DATASETS_TRUST_REMOTE_CODE: "0",
    PYTHONNOUSERSITE: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    TOKENIZERS_PARALLELISM: "false",
  };
}

/** What installing sees of the runner's environment: no token, and none of git's or Python's own variables. */
const INSTALLING =
  /^(?:PATH|HOME|LANG|TMPDIR|TEMP|TMP|SystemRoot|(?:PIP|UV|PYENV|XDG|SSL)_\w+|REQUESTS_CA_BUNDLE|(?:https?|no|all)_proxy)$/i;

/** For what installs the harness: it runs code of packages, which has no business with tokens. */
export function installing(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(([name]) => INSTALLING.test(name));
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: "0", PYTHONNOUSERSITE: "1" };
}

/**
 * For what downloads. It has no token, but for `HF_READ_TOKEN`, where the person who runs this has set
 * it: for gated models and questions, a token that may only read. The runner's own (`HF_TOKEN`) may
 * write, and no job ever sees it.
 */
export function downloading(folders: Folders, own: NodeJS.ProcessEnv): Environment {
  return {
    ...common(folders, own),
    ...taken(own, NETWORK),
    HF_HUB_DISABLE_XET: "1",
    ...(own.HF_READ_TOKEN && { HF_TOKEN: own.HF_READ_TOKEN }),
  };
}

/** For what runs the model: no token, no way to the Hub. */
export function evaluating(folders: Folders, own: NodeJS.ProcessEnv): Environment {
  const offline = ["HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "HF_EVALUATE_OFFLINE"];
  return { ...common(folders, own), ...Object.fromEntries(offline.map((name) => [name, "1"])) };
}

function taken(own: NodeJS.ProcessEnv, names: string[]): Environment {
  return Object.fromEntries(
    names.flatMap((name) => (own[name] ? [[name, own[name]] as [string, string]] : [])),
  );
}
