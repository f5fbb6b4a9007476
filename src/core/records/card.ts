import { cleanText } from "./text.ts";

/** What the head of a model's card says, as the Hub gives it: `cardData` and `tags`. */

/** The card's `license`, or its `license_name` where that is `other`; else the tag `license:…`. */
export function licenseOf(card: unknown, tags: unknown): string | null {
  const { license, license_name: name } = (card ?? {}) as Record<string, unknown>;
  const first = Array.isArray(license) ? license[0] : license;
  const named = first === "other" && typeof name === "string" && name.trim() ? name : first;
  const tag = Array.isArray(tags)
    ? tags.find((t): t is string => typeof t === "string" && t.startsWith("license:"))
    : undefined;
  return shortText(named) ?? shortText(tag?.slice("license:".length));
}

/** The card's `base_model`: a name or several. */
export function baseModelsOf(card: unknown): string[] {
  const { base_model: base } = (card ?? {}) as Record<string, unknown>;
  const names = Array.isArray(base) ? base : [base];
  return [...new Set(names.map(shortText).filter((name) => name !== null))].slice(0, 50);
}

function shortText(value: unknown): string | null {
  const text = typeof value === "string" ? cleanText(value).trim() : "";
  return text.length > 0 && text.length <= 500 ? text : null;
}
