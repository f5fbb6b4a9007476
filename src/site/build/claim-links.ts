import type { Claim } from "../../core/records/announcement.ts";
import { placeOf } from "./analyses.ts";
import type { Site } from "./board.ts";
import { siteFigures } from "./figures.ts";
import { href } from "./href.ts";

export interface ClaimLink {
  href: string;
  label: string;
}

/** Claims count models that have gone from the Hub too: figures that open without them are told to. */
const ALL = { unavailable: "all" };

/**
 * Where a reader goes on from a claim: the figure of this site that shows the same, with its filters and
 * settings set to what the claim speaks of.
 *
 * @param firstDay day of the first table known; null where that is the newest
 */
export function linksOf(site: Site, claim: Claim, firstDay: string | null): ClaimLink[] {
  const names = new Set(siteFigures(site).map((f) => f.name));
  const figure = (name: string, label: string, settings: Record<string, string> = {}) =>
    names.has(name) ? [{ href: figureHref(name, settings), label }] : [];
  const compare = (models: readonly string[]) => {
    const known = [...new Set(models)].filter((m) => site.boards[0]!.byModel.has(m));
    const query = new URLSearchParams(known.map((m) => ["m", m] as [string, string]));
    return known.length < 2
      ? []
      : [{ href: href(`/compare/?${query}`), label: "These models side by side" }];
  };
  switch (claim.kind) {
    case "order":
      return [
        ...(firstDay ? figure("as-of", "The first table’s best", { day: firstDay }) : []),
        { href: `${href("/")}?${new URLSearchParams(ALL)}`, label: "The newest table" },
      ];
    case "values":
      return compare(claim.values.map((v) => v.model));
    case "gap":
      return compare([claim.high.model, claim.low.model]);
    case "correlation":
      return claim.of.suite === "archive"
        ? figure("successors", "Successors, with filters", { ...ALL, of: claim.of.key })
        : claim.with.flatMap((y) =>
            figure("pair", "Both benchmarks, with filters", { ...ALL, x: claim.of.key, y }),
          );
    case "outliers":
      return figure("outliers", "Outliers, with filters", {
        ...ALL,
        before: claim.before,
        after: claim.after,
        zero: String(claim.zero),
        good: String(claim.good),
        high: String(claim.high),
        low: String(claim.low),
      });
    case "tuning":
      return figure("tuning-changes", "Changes by tuning, with filters", { ...ALL, tuned: "chat" });
    case "context":
      return figure("context-length", "Score against context length, with filters", {
        ...ALL,
        task: claim.key,
      });
    case "sizes":
      return [
        ...figure("archive-over-time", "All models of the archive over time"),
        ...figure("records", "Records of the newest table", ALL),
      ];
    case "hardest":
      return figure("distributions", "Distributions, raw and normalised, with filters", ALL);
  }
}

/** A figure on its page, with settings that differ from those it opens with or not. */
function figureHref(name: string, settings: Record<string, string>): string {
  const [path, anchor] = placeOf(name).split("#") as [string, string];
  const query = new URLSearchParams(settings).toString();
  return href(`${path}${query && `?${query}`}#${anchor}`);
}
