import { DEFAULT_RULES, type QueueRules } from "../../../src/core/queue/rules.ts";
import { TRANSFORMERS_5_24_0 } from "../../../src/core/queue/transformers-5.24.0.ts";
import type { PatienceOptions } from "../../../src/pipeline/net/patience.ts";
import type { Collector } from "../../../src/pipeline/queue/collector.ts";
import { connectTo, newCache } from "../hub/quick.ts";
import { openPullRequest, type Repo, type StandIn, standIn } from "../hub/stand-in.ts";
import type { PullRequest } from "../hub/stand-in-discussions.ts";

export const VOTES = "board/votes";

/** When everything happens, and how old the accounts of the tests are by then. */
export const DAY = "2026-11-20T10:00:00.000Z";
export const OLD = "2024-01-01T00:00:00.000Z";

/** A Hub with a dataset of votes, a maintainer who may write to it, and accounts that are old enough. */
export async function votesHub(
  files: Record<string, string> = {},
): Promise<{ hub: StandIn; repo: Repo }> {
  const hub = await standIn();
  const repo = hub.dataset(VOTES, { "README.md": "Synthetic.", ...files }, { members: ["keeper"] });
  hub.tokens.set("hf_keeper", { account: "keeper", displayName: "ci", role: "write" });
  for (const name of ["alice", "bob", "carol", "dave"]) hub.users.set(name, OLD);
  return { hub, repo };
}

/** A collector as the maintainer runs it, whose waits take no time. */
export async function collectorAt(
  hub: StandIn,
  rules: Partial<QueueRules> = {},
  options: PatienceOptions = {},
): Promise<Collector> {
  const connection = await connectTo(hub, { token: "hf_keeper", ...options });
  return {
    ...{ hub: connection, reader: connection, cache: await newCache(), dry: false },
    ...{ rules: { ...DEFAULT_RULES, ...rules }, evaluated: [], transformers: TRANSFORMERS_5_24_0 },
  };
}

/** A line of a vote as a person writes it. */
export function line(model: string, more: object = {}): string {
  return JSON.stringify({ model, revision: "main", precision: "bfloat16", ...more });
}

/** Opens a pull request in which an account adds lines to its own file. */
export function voteOf(
  repo: Repo,
  author: string,
  lines: string[],
  { at = DAY, more = {} }: { at?: string; more?: Record<string, string | null> } = {},
): PullRequest {
  const path = `${author}/votes_data.jsonl`;
  const before = mainOf(repo).get(path)?.toString() ?? "";
  const files = { [path]: `${before}${lines.join("\n")}\n`, ...more };
  return openPullRequest(repo, { author, files, at });
}

/** The files of `main`. */
export function mainOf(repo: Repo): ReadonlyMap<string, Buffer> {
  return repo.commits.find(({ oid }) => oid === repo.branches.get("main"))!.files;
}

/** All that `main` says, as text. */
export function textsOf(repo: Repo): Record<string, string> {
  return Object.fromEntries([...mainOf(repo)].sort().map(([path, b]) => [path, b.toString()]));
}

/** The votes that stand, as `main` has them: account, model, precision and the pull request's number. */
export function standing(repo: Repo): string[] {
  return [...mainOf(repo)]
    .filter(([path]) => path.endsWith("/votes_data.jsonl"))
    .flatMap(([path, bytes]) =>
      bytes
        .toString()
        .split("\n")
        .filter(Boolean)
        .map((text) => JSON.parse(text))
        .map((v) => `${path.split("/")[0]} ${v.model} ${v.precision} #${v.pull_request}`),
    )
    .sort();
}
