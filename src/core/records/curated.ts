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

export type Flag = z.infer<typeof flaggedSchema>[number];
