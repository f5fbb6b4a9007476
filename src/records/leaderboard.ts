import { z } from "zod";
import { suiteSchema } from "./suite.ts";

/** Names that a suite's files may not take: tables that every snapshot has. */
const TAKEN = new Set(["scores", "history", "requests", "votes", "detail"]);

/** What makes a leaderboard: its name, its suites and where its own data lie. */
export const leaderboardSchema = z.strictObject({
  title: z.string().min(1),
  tagline: z.string(),
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
  snapshot: z.string().min(1),
  curated: z.string().min(1),
  /**
   * TrueType or OpenType files, from the project's root, for scripts that the bundled Inter (Latin,
   * Greek, Cyrillic) does not have. Pictures as PNG are drawn with them.
   */
  fonts: z.array(z.string().min(1)).default([]),
});

export type Leaderboard = z.infer<typeof leaderboardSchema>;

/** As written in a config file: not yet checked, defaults not yet filled in. */
export type LeaderboardConfig = { [K in keyof z.input<typeof leaderboardSchema>]: unknown };
