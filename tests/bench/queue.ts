import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DEFAULT_RULES } from "../../src/core/queue/rules.ts";
import { TRANSFORMERS_5_24_0 } from "../../src/core/queue/transformers-5.24.0.ts";
import { prepareCache } from "../../src/pipeline/cache/open.ts";
import { connect } from "../../src/pipeline/hub/hub.ts";
import { collectVotes } from "../../src/pipeline/queue/votes.ts";
import { openPullRequest, openStandIn, type Repo, type StandIn } from "../pipeline/hub/stand-in.ts";

const DATASET = "board/votes";

/** Requests in five minutes, of an account: https://huggingface.co/docs/hub/rate-limits, September 2025. */
const LIMITS = {
  free: { api: 1000, resolvers: 5000 },
  PRO: { api: 2500, resolvers: 12_000 },
};
const WINDOW = 300_000;

/** Votes of many accounts, collected from a stand-in of the Hub, in numbers. */
export async function benchQueue(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      accounts: { type: "string", default: "1000" },
      votes: { type: "string", default: "10" },
    },
  });
  const [accounts, votes] = [Number(values.accounts), Number(values.votes)];
  const rows: Record<string, Record<string, string | number>> = {};
  for (const [plan, limit] of Object.entries({ "no limit": null, ...LIMITS })) {
    rows[`${accounts} requests of ${votes} votes, ${plan}`] = await run(accounts, 1, votes, limit);
    rows[`${accounts * votes} requests of one vote, ${plan}`] = await run(
      accounts,
      votes,
      1,
      limit,
    );
  }
  console.table(rows);
}

type Limit = (typeof LIMITS)["free"] | null;

async function run(accounts: number, requests: number, votes: number, limit: Limit) {
  const hub = await openStandIn();
  const folder = await mkdtemp(join(tmpdir(), "leaderboard-bench-"));
  try {
    const repo = stage(hub, accounts, requests, votes);
    const clock = limit === null ? undefined : limited(hub, limit);
    const connection = await connect(
      { budget: 1e9, tries: 100, ...(clock && { clock }) },
      { endpoint: hub.url, token: "hf_keeper", tokenFrom: "HF_TOKEN" },
    );
    const collector = {
      ...{ hub: connection, reader: connection, cache: await prepareCache(folder) },
      ...{ rules: DEFAULT_RULES, evaluated: [], transformers: TRANSFORMERS_5_24_0, dry: false },
    };
    const start = performance.now();
    const from = connection.patience.clock.now();
    await collectVotes(collector, DATASET);
    const seconds = (performance.now() - start) / 1000;
    const waited = (connection.patience.clock.now() - from) / 1000;
    check(repo, accounts * requests * votes);
    const count = (is: (path: string) => boolean) => hub.log.filter(({ path }) => is(path)).length;
    return {
      "API requests": count(isApi),
      resolvers: count((path) => !isApi(path)),
      "answered 429": connection.patience.retries["429"] ?? 0,
      commits: repo.commits.filter(({ title }) => title.startsWith("Votes of")).length,
      "seconds here": seconds.toFixed(1),
      "minutes with the limit": limit === null ? "" : (waited / 60).toFixed(1),
    };
  } finally {
    await hub.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is served from a cache on the Hub's own host is taken for a part of its resolver. */
function isApi(path: string): boolean {
  return path.startsWith("/api/") && !path.startsWith("/api/resolve-cache/");
}

/** Synthetic: each account votes for so many models in so many pull requests. */
function stage(hub: StandIn, accounts: number, requests: number, votes: number): Repo {
  const repo = hub.dataset(DATASET, { "README.md": "Synthetic." }, { members: ["keeper"] });
  hub.tokens.set("hf_keeper", { account: "keeper", displayName: "bench", role: "write" });
  for (let i = 0; i < accounts * requests; i++) {
    const author = `voter${i % accounts}`;
    const first = Math.floor(i / accounts) * votes;
    hub.users.set(author, "2024-01-01T00:00:00.000Z");
    const lines = Array.from({ length: votes }, (_, n) =>
      JSON.stringify({ model: `o/m${first + n}`, revision: "main", precision: "bfloat16" }),
    );
    openPullRequest(repo, { author, files: { [`${author}/votes_data.jsonl`]: lines.join("\n") } });
  }
  return repo;
}

/**
 * Makes the stand-in refuse what is above a limit, as the Hub does it (fixed windows, 429 with `RateLimit`),
 * by a clock on which waiting takes no time.
 */
function limited(hub: StandIn, limit: NonNullable<Limit>) {
  let skipped = 0;
  const clock = {
    now: () => Date.now() + skipped,
    // Those who wait at the same time wait together.
    sleep: async (ms: number) => {
      const until = clock.now() + ms;
      await new Promise(setImmediate);
      skipped = Math.max(skipped, until - Date.now());
    },
  };
  let window = -1;
  const used = { api: 0, resolvers: 0 };
  hub.instead = ({ path }, response) => {
    const now = clock.now();
    const current = Math.floor(now / WINDOW);
    if (current !== window) Object.assign(used, { api: 0, resolvers: 0 });
    window = current;
    const bucket = isApi(path) ? "api" : "resolvers";
    if (++used[bucket] <= limit[bucket]) return false;
    const left = Math.ceil((WINDOW - (now % WINDOW)) / 1000);
    response.writeHead(429, {
      "content-type": "application/json",
      ratelimit: `"${bucket}";r=0;t=${left}`,
    });
    response.end('{"error":"We had to rate limit you."}');
    return true;
  };
  return clock;
}

/** None lost, none doubled, all answered. */
function check(repo: Repo, expected: number): void {
  const { files } = repo.commits.find(({ oid }) => oid === repo.branches.get("main"))!;
  const votes = [...files].flatMap(([path, bytes]) =>
    path.endsWith("/votes_data.jsonl") ? bytes.toString().trim().split("\n") : [],
  );
  const distinct = new Set(
    votes.map((text) => {
      const { username, model, precision } = JSON.parse(text);
      return `${username} ${model} ${precision}`;
    }),
  );
  const open = repo.pullRequests.filter(
    ({ status, events }) => status !== "closed" || events.length !== 2,
  );
  if (votes.length !== expected || distinct.size !== expected || open.length > 0) {
    throw new Error(
      `${votes.length} votes, ${distinct.size} of them distinct, of ${expected}; ${open.length} requests not answered once`,
    );
  }
}
