/**
 * A few pictures of the built site, compared with those committed, words and all: the fonts are
 * bundled. `UPDATE_PICTURES=1` writes them anew.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { decode } from "./decode.ts";

const FOLDER = join(import.meta.dirname, "baseline");
const SITE = process.env.SITE_DIR ?? "dist";
/** Share of pixels that may differ: rounding on another kind of processor. */
const TOLERANCE = 0.001;

for (const path of [
  "charts/leaderboard.png",
  "charts/correlations.dark.png",
  "cards/analysis-trends.png",
  "cards/models/Qwen/Qwen2.5-72B-Instruct.png",
]) {
  test(path, async () => {
    const now = await readFile(join(SITE, path));
    const file = join(FOLDER, basename(path));
    if (process.env.UPDATE_PICTURES || (!existsSync(file) && !process.env.CI)) {
      await mkdir(FOLDER, { recursive: true });
      await writeFile(file, now);
      return;
    }
    const [a, b] = [decode(await readFile(file)), decode(now)];
    expect([b.width, b.height]).toEqual([a.width, a.height]);
    const off = a.pixels.filter((p, i) => p.some((c, k) => Math.abs(c - b.pixels[i]![k]!) > 8));
    expect(off.length / a.pixels.length).toBeLessThan(TOLERANCE);
  });
}
