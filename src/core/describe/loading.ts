import { formatBytes } from "../table/format.ts";

/** Bytes on their way, as the host sends them; `total` is what is known of it so far. */
export interface Progress {
  loaded: number;
  total: number;
}

/** Size of the query engine's files, in bytes: as they are, and as a host sends them that compresses. */
export interface EngineSize {
  plain: number;
  packed: number;
}

/** How far a download is: `1.2 of 5.6 MB`. */
export function progressWords({ loaded, total }: Progress): string {
  const whole = formatBytes(total);
  const [, unit = ""] = whole.split(" ");
  const part = unit === "MB" ? (loaded / 1e6).toFixed(1) : String(Math.round(loaded / 1e3));
  return `${part} of ${whole}`;
}

/**
 * The progress of several downloads as one.
 *
 * @param totals what is known of their sizes before they begin
 * @param tell hears the sum with every step of one
 * @returns for each download, what hears of its own progress
 */
export function sumOfProgress(
  totals: readonly number[],
  tell: (progress: Progress) => void,
): ((progress: Progress) => void)[] {
  const parts: Progress[] = totals.map((total) => ({ loaded: 0, total }));
  const sum = (of: keyof Progress) => parts.reduce((all, part) => all + part[of], 0);
  const say = () => tell({ loaded: sum("loaded"), total: sum("total") });
  say();
  return parts.map((_, i) => (progress) => {
    parts[i] = progress;
    say();
  });
}
