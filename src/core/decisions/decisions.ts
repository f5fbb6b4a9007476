import type { Flag, Star } from "../records/curated.ts";

/** What was done: who disputes a flag decides nothing, but is among what was decided. */
export type Kind = "flagged" | "disputed" | "upheld" | "answered" | "lifted" | "starred" | "ended";

/** Something that people decided, or said to it. */
export interface Decision {
  kind: Kind;
  model: string;
  /** Id of the suite; null where it is about the model in all of them. */
  suite: string | null;
  /** Who, and on which day; null where that is not recorded. */
  by: string | null;
  at: string | null;
  /** In words; null where none is recorded. */
  reason: string | null;
  /** Where it can be read: the discussion first, then the evidence. */
  links: { url: string; title: string }[];
}

/**
 * All that the lists record, the newest first; what has no day comes last, by name. Of one day, what
 * came of a thing stands above the thing.
 */
export function decisionsOf(flags: readonly Flag[], stars: readonly Star[]): Decision[] {
  const steps = [...flags.map(stepsOfFlag), ...stars.map(stepsOfStar)];
  const all = steps.flatMap((list) => list.map((decision, step) => ({ decision, step })));
  return all
    .sort(
      ({ decision: a, step: i }, { decision: b, step: j }) =>
        compare(b.at ?? "", a.at ?? "") || compare(a.model, b.model) || j - i,
    )
    .map(({ decision }) => decision);
}

/** Disputes that nobody has answered, the oldest first. */
export function openDisputes(flags: readonly Flag[]) {
  return flags
    .flatMap((flag) =>
      flag.disputes.filter((d) => d.answer === null).map((dispute) => ({ flag, dispute })),
    )
    .sort((a, b) => compare(a.dispute.at, b.dispute.at));
}

/** A flag and what came of it, in the order in which that was. */
function stepsOfFlag(flag: Flag): Decision[] {
  const { model, suite, disputes, lifted } = flag;
  const of = { model, suite };
  const { by, at, reason } = flag;
  return [
    { ...of, kind: "flagged", by, at, reason, links: linkTitles(flag) },
    ...disputes.flatMap(({ by, at, text, link, answer }): Decision[] => [
      { ...of, kind: "disputed", by, at, reason: text, links: linkTitles({ link, evidence: [] }) },
      ...(answer ? [{ ...of, ...answerOf(answer) }] : []),
    ]),
    ...(lifted ? [{ ...of, kind: "lifted" as const, ...lifted, links: [] }] : []),
  ];
}

function answerOf({ by, at, text, outcome }: NonNullable<Flag["disputes"][number]["answer"]>) {
  const kind: Kind = outcome === "upheld" ? "upheld" : "answered";
  return { kind, by, at, reason: text, links: [] };
}

function stepsOfStar({ model, by, at, reason, ended }: Star): Decision[] {
  const of = { model, suite: null, links: [] };
  return [
    { ...of, kind: "starred", by, at, reason },
    ...(ended ? [{ ...of, kind: "ended" as const, ...ended }] : []),
  ];
}

/** Where a flag was discussed, and its evidence; each once. */
function linksOf({ link, evidence }: Pick<Flag, "link" | "evidence">): string[] {
  return [...new Set([...(link === null ? [] : [link]), ...evidence])];
}

/** The same with what each link is called. */
export function linkTitles(
  flag: Pick<Flag, "link" | "evidence">,
): { url: string; title: string }[] {
  const links = linksOf(flag);
  const before = flag.link === null ? 0 : 1;
  const many = links.length - before > 1;
  return links.map((url, i) => ({
    url,
    title: i < before ? "Discussion" : many ? `Evidence ${i + 1 - before}` : "Evidence",
  }));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
