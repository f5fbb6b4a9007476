/**
 * A few pictures of the built site, compared with those committed, words and all: the fonts are
 * bundled. `UPDATE_PICTURES=1` writes them anew.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";

const FOLDER = join(import.meta.dirname, "baseline");
const SITE = process.env.SITE_DIR ?? "dist";
/** Share of the pixels' channels that may differ: rounding on another kind of processor. */
const TOLERANCE = 0.001;

const decode = (file: Buffer) =>
  sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });

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
    const [a, b] = [await decode(await readFile(file)), await decode(now)];
    expect(b.info).toEqual(a.info);
    let off = 0;
    a.data.forEach((channel, i) => {
      if (Math.abs(channel - b.data[i]!) > 8) off++;
    });
    expect(off / a.data.length).toBeLessThan(TOLERANCE);
  });
}
