import type { Option } from "./option.ts";

/** Which day counts as a model's: shared by the figures of a page, in one setting of the address. */
export const BY: Option = {
  name: "by",
  label: "Day of",
  kind: "choice",
  initial: "submitted",
  values: [
    { value: "submitted", label: "submission to the board" },
    { value: "uploaded", label: "upload to the Hub" },
  ],
};

/** The column with that day. */
export function dayColumn(by: string | undefined): "submitted_at" | "uploaded_at" {
  return by === "uploaded" ? "uploaded_at" : "submitted_at";
}

export function dayLabel(by: string | undefined): string {
  return by === "uploaded" ? "day of upload to the Hub" : "day of submission";
}
