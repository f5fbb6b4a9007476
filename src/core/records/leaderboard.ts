import { z } from "zod";
import { queueSchema } from "../queue/rules.ts";
import { announcementSchema, benchmarksOf, needsArchive } from "./announcement.ts";
import { datasetName } from "./listing.ts";
import { namesSchema, strict, withoutSchema } from "./strict.ts";
import { suiteSchema } from "./suite.ts";

/** Names that a suite's files may not take: tables that every snapshot has. */
const TAKEN = new Set(["scores", "history", "requests", "votes", "sources", "detail"]);

/** Somebody to cite: a person, or (`name`) an organisation or team. */
const author = z.union(
  [
    strict({ given: z.string().min(1), family: z.string().min(1) }),
    strict({ name: z.string().min(1) }),
  ],
  'must be a person, { given: "Ada", family: "Lovelace" }, or a team, { name: "…" }',
);

const address = z.url({ protocol: /^https?$/ });

/** A configuration, with the name of its JSON Schema. */
const leaderboardFile = strict({
  title: z.string().min(1),
  tagline: z.string(),
  /** A paragraph under the tagline: what is measured, for whom, and since when. Plain text. */
  introduction: z.string().min(1).optional(),
  /** Pages of one's own, and other sites, in the navigation. */
  links: z
    .array(
      strict({
        label: z.string().min(1).max(24),
        path: z.union([z.string().regex(/^\/(?:[\w.-]+\/)+$/), address], {
          error: 'must be the path of a page, as "/about/", or an address, https://…',
        }),
      }),
    )
    .default([]),
  /** Style sheet that gives the site's colours other values, from the project's root. */
  theme: z.string().endsWith(".css", "must be a .css file").optional(),
  suites: z
    .array(suiteSchema)
    .min(1)
    .max(2)
    .superRefine((suites, context) => {
      for (const field of ["id", "table"] as const) {
        const seen = new Set(TAKEN);
        suites.forEach((suite, i) => {
          const message = `"${suite[field]}" is the name of another table`;
          if (seen.has(suite[field]))
            context.addIssue({ code: "custom", path: [i, field], message });
          seen.add(suite[field]);
        });
      }
    }),
  /** Folder of figures that come with the code, from the project's root. */
  snapshot: z.string().min(1).optional(),
  /**
   * `any`: models need not be of the Hub. Names that the Hub could not have are made fit for addresses,
   * and such models have no link to it.
   */
  models: z.enum(["hub", "any"]).default("hub"),
  /**
   * Pattern of the paths of result files below a source, where they are not named `results….json` as the
   * harness names them; see `isResultFile`.
   */
  files: z.string().min(1).max(200).optional(),
  /** Folder of `maintainers-choice.json`, `flagged.json` and `aliases.json`: any of them, or none. */
  curated: z.string().min(1).optional(),
  /**
   * TrueType or OpenType files, from the project's root, for scripts that the bundled Inter (Latin,
   * Greek, Cyrillic) does not have. Pictures as PNG are drawn with them.
   */
  fonts: z.array(z.string().min(1)).default([]),
  /** Address of the published site. Without it, descriptions of the tables link to no page. */
  homepage: address.optional(),
  /** Of the figures: its SPDX identifier and its text. Without it, descriptions name no licence. */
  license: strict({
    id: z.string().regex(/^[A-Za-z0-9.+-]+$/, "must be an SPDX id"),
    url: address,
  }).optional(),
  /** Who is cited for the tables. Without it, "TITLE contributors". */
  authors: z.array(author).min(1).optional(),
  /** Languages of the benchmarks' questions, as `en` or `pt-BR`. Without it, none is named. */
  languages: z
    .array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, "must be a code like en or pt-BR"))
    .min(1)
    .optional(),
  /** Works that the figures come from: cited beside the tables. */
  references: z
    .array(
      strict({
        title: z.string().min(1),
        authors: z.array(author).min(1),
        year: z.number().int().min(1900).max(2200),
        publisher: z.string().min(1).optional(),
        url: address,
      }),
    )
    .default([]),
  /** Datasets on the Hub that `npm run pull` brings: OWNER/NAME. */
  hub: strict({
    results: datasetName.optional(),
    contents: datasetName.optional(),
    requests: datasetName.optional(),
    votes: datasetName.optional(),
  }).optional(),
  /** Who may submit and vote, and what comes first. */
  queue: queueSchema.prefault({}),
  /** What the leaderboard was announced with: `/analysis/announcement/` holds it against the tables. */
  announcement: announcementSchema.optional(),
  ...namesSchema,
}).superRefine(({ announcement, suites: [main, archive] }, context) => {
  const seen = new Set<string>();
  announcement?.claims.forEach((claim, i) => {
    const complain = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: ["announcement", "claims", i, field], message });
    if (seen.has(claim.id)) complain("id", `"${claim.id}" is used twice`);
    seen.add(claim.id);
    if (needsArchive(claim) && !archive) complain("kind", "needs a second suite, the archive");
    const named = benchmarksOf(claim);
    for (const [suite, keys] of [
      [main, named.main],
      [archive, named.archive],
    ] as const) {
      for (const key of suite ? keys : []) {
        if (suite && !suite.benchmarks.some((b) => b.key === key))
          complain("kind", `speaks of "${key}", which ${suite.id} does not have`);
      }
    }
  });
});

/** What makes a leaderboard: its name, its suites and where its own data lie. */
export const leaderboardSchema = leaderboardFile.transform(withoutSchema);

export type Leaderboard = z.infer<typeof leaderboardSchema>;
export type Author = z.infer<typeof author>;

/**
 * The leaderboard's datasets on the Hub, as OWNER/NAME, each once: one may hold results and requests
 * and votes. None where its configuration names none.
 */
export function hubDatasets({ hub }: Leaderboard): string[] {
  return [...new Set(Object.values(hub ?? {}).filter((name) => name !== undefined))];
}
