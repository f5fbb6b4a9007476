import { z } from "zod";
import { modelName } from "./evaluation.ts";
import { strict } from "./strict.ts";
import { cleanField } from "./text.ts";

const person = cleanField(100);
const day = z.iso.date("must be a day like 2026-11-30");
const reason = cleanField(300);
const link = z.url({ protocol: /^https$/ });

/** What takes a decision back; the decision itself stays in its file. */
const ending = strict({ by: person, at: day, reason });

const dispute = strict({
  by: person,
  at: day,
  text: cleanField(1000),
  link: link.nullable().default(null),
  /** What the maintainers say to it; null while nobody has. */
  answer: strict({
    by: person,
    at: day,
    text: cleanField(1000),
    outcome: z.enum(["upheld", "lifted"]),
  })
    .nullable()
    .default(null),
});

const flag = strict({
  model: modelName,
  /** Id of the suite the flag holds in. */
  suite: z.string(),
  /** A sentence for the reader. */
  reason,
  /** Where it was discussed; null where that is not known. */
  link: link.nullable(),
  /** Who decided, and on which day; null where that is not recorded. */
  by: person.nullable().default(null),
  at: day.nullable().default(null),
  /** Pages that show what the reason says. */
  evidence: z.array(link).max(20).default([]),
  disputes: z.array(dispute).max(50).default([]),
  /** A flag that no longer holds, and stays to be seen. */
  lifted: ending.nullable().default(null),
});

/** `data/curated/flagged.json`: models whose scores are not ranked, and why. */
export const flaggedSchema = z.array(flag.superRefine(checkOrder));

const star = strict({
  model: modelName,
  by: person.nullable(),
  at: day.nullable(),
  reason: reason.nullable(),
  /** A star that the model no longer carries. */
  ended: ending.nullable().default(null),
}).superRefine(({ at, ended }, context) => {
  complainOfDay(context, ["ended", "at"], at, ended?.at);
});

/** `data/curated/maintainers-choice.json`: the models that carry a star: names, or with who, when and why. */
export const maintainersChoiceSchema = z.array(
  z.preprocess(
    (entry) =>
      typeof entry === "string" ? { model: entry, by: null, at: null, reason: null } : entry,
    star,
  ),
);

/**
 * `data/curated/aliases.json`: the name that a model is shown by, for a result file (its path below the
 * source, or its name) or a name that sources state: a path on a disk, the model's name before it was
 * renamed on the Hub.
 */
export const aliasesSchema = z.record(z.string().min(1).max(500), modelName);

export type Flag = z.infer<typeof flaggedSchema>[number];
export type Dispute = Flag["disputes"][number];
export type Star = z.infer<typeof maintainersChoiceSchema>[number];

type Context = z.core.$RefinementCtx;

/** Days go forward, and what an answer says of the flag is what the flag says of itself. */
function checkOrder({ at, disputes, lifted }: z.infer<typeof flag>, context: Context): void {
  complainOfDay(context, ["lifted", "at"], at, lifted?.at);
  disputes.forEach((one, i) => {
    complainOfDay(context, ["disputes", i, "at"], at, one.at);
    complainOfDay(context, ["disputes", i, "answer", "at"], one.at, one.answer?.at);
    if (one.answer?.outcome !== "lifted" || lifted !== null) return;
    context.addIssue({
      code: "custom",
      path: ["disputes", i, "answer", "outcome"],
      message: 'says "lifted", so the flag needs the field lifted: by, at and reason',
    });
  });
}

function complainOfDay(
  context: Context,
  path: (string | number)[],
  first: string | null,
  then: string | undefined,
): void {
  if (first === null || then === undefined || then >= first) return;
  const message = `${then} is before ${first}, the day of what it is about`;
  context.addIssue({ code: "custom", path, message });
}
