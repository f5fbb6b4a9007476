import { z } from "zod";
import { modelName } from "./evaluation.ts";

/** `data/curated/maintainers-choice.json`: the models that carry a star. */
export const maintainersChoiceSchema = z.array(modelName);

/** `data/curated/flagged.json`: models whose scores are not ranked, and why. */
export const flaggedSchema = z.array(
  z.strictObject({
    model: modelName,
    /** Id of the suite the flag holds in. */
    suite: z.string(),
    /** A sentence for the reader. */
    reason: z.string().min(1).max(300),
    /** Where it was discussed; null where that is not known. */
    link: z.url({ protocol: /^https$/ }).nullable(),
  }),
);

/**
 * `data/curated/aliases.json`: the name that a model is shown by, for a result file (its path below the
 * source, or its name) or a name that sources state: a path on a disk, the model's name before it was
 * renamed on the Hub.
 */
export const aliasesSchema = z.record(z.string().min(1).max(500), modelName);

export type Flag = z.infer<typeof flaggedSchema>[number];
