import { cleanText } from "../../core/records/text.ts";

/** Characters of what somebody wrote that are said back. */
const LONGEST = 120;

/**
 * What others wrote, in a comment: as code, in which nothing is markup, a link or HTML; and no `@`, so
 * that nobody is called whose name stands in it.
 */
export function code(text: string): string {
  const shown = cleanText(text.replace(/\s+/g, " ")).replaceAll("`", "'").replaceAll("@", "(at)");
  const signs = [...shown];
  const short = signs.length > LONGEST ? `${signs.slice(0, LONGEST).join("")}…` : shown;
  return `\`${short || " "}\``;
}

/** A sentence in which others' words may stand, made harmless without being code. */
export function prose(text: string): string {
  return cleanText(text.replace(/\s+/g, " "))
    .slice(0, 1000)
    .replaceAll("@", "(at)")
    .replace(/:\/\/|www\./gi, (found) => `${found[0]}${found.slice(1).replace(/[/.]/g, " ")}`)
    .replace(/[\\`*_[\]<>|~&$#!]/g, "\\$&");
}

/** Points, one a line, and what to do about them. */
export function refusal(title: string, points: readonly string[], todo: string): string {
  return [title, "", ...points.map((point) => `- ${point}`), "", todo].join("\n");
}
