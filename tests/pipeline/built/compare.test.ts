import { join } from "node:path";
import { expect, test } from "vitest";
import { compareSites, differencesText } from "../../../src/pipeline/built/compare.ts";
import { tmpFolder } from "../cache/folder.ts";
import { writeText } from "../sources/harness.ts";

/** A built site of a few files, as text by path. */
async function site(files: Record<string, string>): Promise<string> {
  const folder = await tmpFolder();
  for (const [path, text] of Object.entries(files)) await writeText(join(folder, path), text);
  return folder;
}

const PAGE = (script: string, text = "rows") =>
  `<p>${text}</p><script type="module" src="/_assets/${script}"></script>`;

test("what differs in the names of assets only is no difference that a visitor sees", async () => {
  const before = await site({
    "index.html": PAGE("page.AAAAAAAA.js"),
    "data/a.json": "{}",
    "_assets/page.AAAAAAAA.js": 'import"./shared.BBBBBBBB.js";run()',
    "_assets/shared.BBBBBBBB.js": "1",
  });
  const after = await site({
    "index.html": PAGE("board.client.CCCCCCCC.js"),
    "data/a.json": "{}",
    "_assets/board.client.CCCCCCCC.js": 'import"./common.DDDDDDDD.js";run()',
    "_assets/common.DDDDDDDD.js": "1",
  });
  expect(await compareSites(before, after)).toEqual({
    same: 1,
    renamed: 1,
    changed: [],
    missing: [],
    added: [],
    assets: { same: 2, before: [], after: [] },
  });
});

test("another word, another script, a file more or less are told by their paths", async () => {
  const before = await site({
    "index.html": PAGE("page.AAAAAAAA.js"),
    "gone.html": "",
    "_assets/page.AAAAAAAA.js": "run(1)",
  });
  const after = await site({
    "index.html": PAGE("page.AAAAAAAA.js", "other rows"),
    "new/index.html": "",
    "_assets/page.EEEEEEEE.js": "run(2)",
  });
  const found = await compareSites(before, after);
  expect(found).toMatchObject({
    same: 0,
    changed: ["index.html"],
    missing: ["gone.html"],
    added: ["new/index.html"],
    assets: { same: 0, before: ["page.AAAAAAAA.js"], after: ["page.EEEEEEEE.js"] },
  });
  expect(differencesText(found)).toMatch(/^0 files the same.*1 changed, 1 missing, 1 added\n/);
});

test("a folder that is not there is a sentence", async () => {
  const there = await site({ "_assets/a.js": "" });
  await expect(compareSites("/nowhere", there)).rejects.toThrow(
    "There is no built site in /nowhere.",
  );
});
