/**
 * A synthetic queue for Havnetavlen: requests of every status, with whatever a stranger may write into
 * one, and 5,000 that have finished. All of it is made up.
 */
import { CAUSES, type Cause, failure } from "../../src/core/queue/failures.ts";
import { REVISION } from "../pipeline/hub/harbour.ts";
import type { Files } from "../pipeline/hub/stand-in.ts";

/** Requests that have finished: more than a page can hold. */
export const FINISHED = 5000;

/** Requests that wait besides those named below. */
export const WAITING = 130;

/** Texts that would do harm as markup, turn the page's direction, or push it wide. */
export const HOSTILE = [
  '<img src=x onerror="document.title=1"><script>document.title=2</script>',
  "</bdi></li></ol><h1>Owned</h1>",
  "\u202Eevil\u202C \u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627",
  "x".repeat(500),
  "&lt;b&gt; &amp;amp; {{ r.name }}",
];

/** A status that no format knows. */
export const ODD_STATUSES = ["RERUN", "<B ONCLICK=ALERT(1)>ODD</B>"];

const at = (day: number, hour = 8) => new Date(Date.UTC(2025, 3, day, hour)).toISOString();

const request = (model: string, status: string, more: object = {}, precision = "bfloat16") => [
  `${model}_eval_request_False_${precision}_Original.json`,
  JSON.stringify({
    model,
    base_model: "",
    revision: REVISION(model),
    precision,
    params: 7,
    architectures: "SkibForCausalLM",
    weight_type: "Original",
    status,
    submitted_time: at(1),
    model_type: "🟢 : pretrained",
    job_id: -1,
    job_start_time: null,
    use_chat_template: false,
    sender: "matros",
    ...more,
  }),
];

/** One that failed for each reason that a runner knows, and for those that it does not. */
function failed(): string[][] {
  const reasons: { cause: string; why: string }[] = [...CAUSES, "runner-gone"].map((cause) => {
    const model = `syntetisk/Forlis-${cause}`;
    if (cause === "runner-gone") {
      return { cause, why: "3 runners began it and none came back: it may be too large for them." };
    }
    return failure(
      model,
      cause as Cause,
      cause === "harness" ? "ValueError: no sails" : "12 h 0 min",
    );
  });
  return [
    ...reasons.map((reason, i) =>
      request(`syntetisk/Forlis-${reason.cause}`, "FAILED", {
        pull_request: 40 + i,
        job_id: `kran-${i}`,
        job_start_time: at(20, i),
        runner: { until: null, tries: 1, ...reason, ended: at(21, i) },
      }),
    ),
    ...HOSTILE.map((why, i) =>
      request(`syntetisk/Ond-${i}B`, "FAILED", {
        runner: { until: null, tries: 3, cause: why.slice(0, 40), why, ended: at(22, i) },
      }),
    ),
    request("syntetisk/Tavs-1B", "FAILED"),
  ];
}

function running(): string[][] {
  const lease = (hour: number, more: object = {}) => ({
    job_id: `kran-${hour}`,
    job_start_time: at(30, hour),
    runner: { until: at(30, 23), tries: 1, cause: null, why: null, ...more },
  });
  return [
    request("syntetisk/Fyr-30B", "RUNNING", {
      ...lease(9, {
        progress: `evaluation, 2 of 6 commands (${at(30, 11).slice(0, 16)}Z)`,
        tries: 2,
      }),
      pull_request: 12,
    }),
    request("syntetisk/Ond-9B", "RUNNING", lease(10, { progress: HOSTILE[0] })),
    request("syntetisk/Anden-3B", "RUNNING", { job_id: "4711", job_start_time: null }),
  ];
}

function waiting(): string[][] {
  const senders = ["matros", "styrmand", "skipper", "kok"];
  return [
    request("syntetisk/Skonnert-70B", "PENDING", {
      params: 70,
      submitted_time: at(25),
      pull_request: 77,
      earlier: [
        {
          revision: REVISION("earlier"),
          status: "FAILED",
          submitted_time: at(2),
          ended: at(3),
          why: HOSTILE[1],
        },
      ],
    }),
    request("syntetisk/Jolle-2B", "PENDING", {
      submitted_time: at(3),
      sender: "styrmand",
      runner: { tries: 1, cause: "unreachable", why: "The Hub could not be reached." },
    }),
    request(`syntetisk/${"Langt-".repeat(15)}7B`, "PENDING", { submitted_time: at(4) }),
    request("syntetisk/Tidloes-1B", "PENDING", { submitted_time: null, sender: "kok" }),
    ...Array.from({ length: WAITING }, (_, i) =>
      request(`syntetisk/Venter-${i}B`, "PENDING", {
        submitted_time: at(5 + (i % 20), i % 24),
        sender: senders[i % 4],
        params: 1 + (i % 12),
      }),
    ),
  ];
}

function finished(): string[][] {
  return [
    request("syntetisk/Anker-7B", "FINISHED", { job_id: "17", job_start_time: at(28) }),
    ...Array.from({ length: FINISHED - 1 }, (_, i) =>
      request(`flaade-${i % 70}/Ship-${i}`, "FINISHED", {
        submitted_time: new Date(Date.UTC(2024, 5, 1) + i * 3_600_000).toISOString(),
        job_id: String(1000 + i),
        job_start_time: new Date(Date.UTC(2024, 5, 2) + i * 3_600_000).toISOString(),
      }),
    ),
  ];
}

/** The files of the dataset of requests. */
export function queueRequests(): Files {
  return Object.fromEntries([
    ...running(),
    ...waiting(),
    ...failed(),
    ...finished(),
    request("syntetisk/Fortrudt-7B", "CANCELLED", { submitted_time: at(6) }),
    ...ODD_STATUSES.map((status, i) => request(`syntetisk/Underlig-${i}B`, status)),
  ]);
}

/** Votes of five accounts for one model, each by its own pull request, and one that nobody can prove. */
export function queueVotes(): Files {
  const model = "syntetisk/Skonnert-70B";
  const vote = (username: string, more: object) =>
    JSON.stringify({ model, revision: "main", username, timestamp: at(26), ...more });
  const names = ["matros", "styrmand", "skipper", "kok", "dreng"];
  return {
    ...Object.fromEntries(
      names.map((name, i) => [
        `${name}/votes_data.jsonl`,
        `${vote(name, { precision: "bfloat16", pull_request: 100 + i })}\n`,
      ]),
    ),
    "votes_data.jsonl": `${vote("ukendt", {})}\n`,
  };
}
