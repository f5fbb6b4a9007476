import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bibtex, citationFile } from "../../../src/core/describe/citation.ts";
import { ATTACK, BARE, COMMIT, FULL, HOSTILE, MANIFEST, PULLED } from "./fixtures.ts";

// That cffconvert accepts it is checked by `npm run check:python`.

describe("citationFile", () => {
  test("has what the format requires, whatever is unknown", () => {
    expect(parse(citationFile(BARE, MANIFEST))).toEqual({
      "cff-version": "1.2.0",
      message: expect.any(String),
      type: "dataset",
      title: "Kitchen Leaderboard",
      abstract: expect.stringContaining("14 evaluations of Kitchen Sense"),
      authors: [{ name: "Kitchen Leaderboard contributors" }],
      version: "2025-03-09",
      "date-released": "2025-03-09",
      keywords: expect.any(Array),
    });
  });

  test("says who, where, and what it comes from", () => {
    expect(parse(citationFile(FULL, MANIFEST))).toMatchObject({
      authors: [{ "family-names": "Cook", "given-names": "Ada" }, { name: "The Kitchen Team" }],
      license: "CC-BY-4.0",
      url: "https://kitchen.example/board/data/",
      references: [
        { type: "generic", title: "On Knives", year: 2020, publisher: { name: "Press" } },
      ],
    });
  });

  test("says which datasets it was made of, at which commits", () => {
    const { references } = parse(citationFile(FULL, PULLED));
    expect(references.map((r: { title: string }) => r.title)).toEqual([
      "kitchen/results",
      "kitchen/queue",
      "On Knives",
    ]);
    expect(references[0]).toEqual({
      type: "data",
      title: "kitchen/results",
      authors: [{ name: "kitchen" }],
      commit: COMMIT,
      url: `https://huggingface.co/datasets/kitchen/results/tree/${COMMIT}`,
    });
  });

  test("a version is text to every reader of YAML, not a date", () => {
    expect(parse(citationFile(FULL, MANIFEST), { version: "1.1" }).version).toBe("2025-03-09");
  });

  test("carries hostile texts as texts", () => {
    const file = parse(citationFile(ATTACK.about, ATTACK.manifest));
    expect(file.title).toBe(HOSTILE);
    expect(file.authors).toEqual([
      { "family-names": HOSTILE, "given-names": HOSTILE },
      { name: HOSTILE },
    ]);
    expect(file.license).toBe("CC-BY-4.0");
  });

  test("the one in the project's root is that of the embedded snapshot", async () => {
    const fresh = await readFile("public/data/latest/CITATION.cff", "utf8");
    const hint = "cp public/data/latest/CITATION.cff .";
    expect(await readFile("CITATION.cff", "utf8"), hint).toBe(fresh);
  });
});

describe("bibtex", () => {
  test("cites the snapshot, then what it comes from", () => {
    expect(bibtex(FULL, MANIFEST)).toBe(
      [
        "@misc{kitchen-leaderboard-2025-03-09,",
        "  author = {Cook, Ada and {The Kitchen Team}},",
        "  title = {{Kitchen Leaderboard}},",
        "  year = {2025},",
        "  version = {2025-03-09},",
        "  url = {https://kitchen.example/board/data/},",
        `  note = {SHA-256 of models.parquet: ${"0123456789abcdef".repeat(4)}}`,
        "}",
        "",
        "@misc{on-knives-2020,",
        "  author = {Smith \\& Sons, Bo},",
        "  title = {{On Knives}},",
        "  year = {2020},",
        "  publisher = {Press},",
        "  url = {https://press.example/knives_and_forks}",
        "}",
      ].join("\n"),
    );
  });

  test("cites the datasets it was made of, each at its commit", () => {
    expect(bibtex(BARE, PULLED).split("\n\n")[1]).toBe(
      [
        "@misc{kitchen-results-01234567,",
        "  author = {{kitchen}},",
        "  title = {{kitchen/results}},",
        `  version = {${COMMIT}},`,
        "  publisher = {Hugging Face},",
        `  url = {https://huggingface.co/datasets/kitchen/results/tree/${COMMIT}}`,
        "}",
      ].join("\n"),
    );
  });

  test("says where it is found, where that is known", () => {
    expect(bibtex(BARE, MANIFEST)).not.toContain("url");
    const page = "https://kitchen.example/data/2025-03-09/";
    expect(bibtex(BARE, MANIFEST, page)).toContain(`  url = {${page}},`);
    expect(bibtex(BARE, MANIFEST, "https://x.example/}{\\end")).not.toMatch(/[}{\\]{2}end/);
  });

  test("keeps its braces in balance and its lines its own, whatever the texts", () => {
    const text = bibtex(ATTACK.about, ATTACK.manifest);
    const entries = text.split("\n\n");
    expect(entries).toHaveLength(2);
    for (const entry of entries) {
      let depth = 0;
      let least = 1;
      for (const c of entry.slice(entry.indexOf("{") + 1, -2)) {
        depth += c === "{" ? 1 : c === "}" ? -1 : 0;
        least = Math.min(least, depth);
      }
      expect([depth, least]).toEqual([0, 0]);
      const lines = entry.split("\n").slice(1, -1);
      for (const line of lines) expect(line).toMatch(/^ {2}[a-z]+ = \{.*\},?$/);
    }
    expect(text).not.toMatch(/\\end\{document\}/);
  });
});
