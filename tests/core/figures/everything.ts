import { DEFAULT_VIEW, type View } from "../../../src/core/view/view.ts";

/** Every evaluation, also of models that are gone or flagged: a plain calculation over a whole table has no filter. */
export const EVERYTHING: View = {
  ...DEFAULT_VIEW,
  flagged: "all",
  unavailable: "all",
  twins: "each",
};
