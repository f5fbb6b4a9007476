import { join } from "node:path";
import { expect, test } from "vitest";
import { pagesIn } from "../../../src/pipeline/kit/pages.ts";
import { tmpFolder } from "../cache/folder.ts";
import { writeText } from "../sources/harness.ts";

test("files become addresses as Astro makes them", async () => {
  const folder = await tmpFolder();
  const names = [
    "index.astro",
    "om.md",
    "docs/index.mdx",
    "models/[...model].astro",
    "api/v1/models.json.ts",
    "embed.js.ts",
    "_hidden.astro",
    "parts/_Part.astro",
    "style.css",
  ];
  for (const name of names) await writeText(join(folder, name), "");
  expect(pagesIn(folder)).toEqual([
    { pattern: "/", file: join(folder, "index.astro") },
    { pattern: "/api/v1/models.json", file: join(folder, "api/v1/models.json.ts") },
    { pattern: "/docs", file: join(folder, "docs/index.mdx") },
    { pattern: "/embed.js", file: join(folder, "embed.js.ts") },
    { pattern: "/models/[...model]", file: join(folder, "models/[...model].astro") },
    { pattern: "/om", file: join(folder, "om.md") },
  ]);
});

test("no folder has no pages", () => {
  expect(pagesIn("/nowhere")).toEqual([]);
});
