import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { datasetCard, markdown } from "../../../src/core/describe/dataset-card.ts";
import { ATTACK, BARE, COMMIT, FULL, HOSTILE, MANIFEST, PULLED } from "./fixtures.ts";

/** Front matter as a reader of YAML 1.1 sees it (the Hub's is one), and the rest. */
function read(card: string) {
  const [, front = "", body = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(card) ?? [];
  return { front: parse(front, { version: "1.1" }), body };
}

describe("datasetCard", () => {
  test("names a config for each table, the main one first", () => {
    const { front } = read(datasetCard(FULL, MANIFEST));
    expect(front.configs).toEqual([
      {
        config_name: "models",
        data_files: [{ split: "train", path: "models.parquet" }],
        default: true,
      },
      { config_name: "history", data_files: [{ split: "train", path: "history.parquet" }] },
    ]);
    expect(front.size_categories).toEqual(["n<1K"]);
  });

  test("says what is known, in the Hub's words", () => {
    const { front, body } = read(datasetCard(FULL, MANIFEST));
    // `no` is Norwegian here, and false to who reads it unquoted.
    expect(front).toMatchObject({ license: "cc-by-4.0", language: ["en", "no"] });
    expect(body).toContain("[CC-BY-4.0](https://creativecommons.org/licenses/by/4.0/)");
    const rare = { id: "LicenseRef-Kitchen", url: "https://kitchen.example/licence" };
    expect(read(datasetCard({ ...FULL, license: rare }, MANIFEST)).front).toMatchObject({
      license: "other",
      license_name: "licenseref-kitchen",
      license_link: "https://kitchen.example/licence",
    });
  });

  test("leaves out what is unknown", () => {
    const { front, body } = read(datasetCard(BARE, MANIFEST));
    expect(Object.keys(front)).toEqual(["pretty_name", "tags", "size_categories", "configs"]);
    expect(body).not.toMatch(/## Licence|undefined/);
  });

  test("documents every column", () => {
    const { body } = read(datasetCard(FULL, MANIFEST));
    for (const { columns } of Object.values(MANIFEST.files)) {
      for (const { name } of columns) expect(body).toContain(`| \`${name}\` |`);
    }
  });

  test("says what the facts about models are, where there are any", () => {
    const { body } = read(datasetCard(BARE, PULLED));
    expect(body).toMatch(/## Model facts\n\nWhat the Hub said .* `facts\.parquet`, 9 rows\.\n/);
    for (const name of ["known_at", "gone_at", "context_length"])
      expect(body).toContain(`| \`${name}\` |`);
    expect(datasetCard(BARE, MANIFEST)).not.toContain("facts");
  });

  test("names the datasets it was made of, each at its commit, and says what is said of people", () => {
    const { front, body } = read(datasetCard(BARE, PULLED));
    expect(front.source_datasets).toEqual(["kitchen/results", "kitchen/queue"]);
    expect(body).toContain(
      `- [kitchen/results](https://huggingface.co/datasets/kitchen/results/tree/${COMMIT}): 1,234 result files; commit \`${COMMIT}\`\n`,
    );
    expect(body).toContain("- facts: 9 rows; model facts from the Hub");
    expect(body).toMatch(/## Personal data\n\nWho sent a request and who voted .* is left out/);
    expect(body).toMatch(/Column voter of votes.parquet has a pseudonym/);
    expect(body).not.toMatch(/`(?:sender|username)`/);
    expect(datasetCard(BARE, MANIFEST)).not.toMatch(/Personal data|source_datasets/);
  });

  test("has no config for a table without rows, which would be an error in the viewer", () => {
    const { front } = read(datasetCard(BARE, PULLED));
    const names = front.configs.map((c: { config_name: string }) => c.config_name);
    expect(names).toEqual(["models", "requests", "votes"]);
  });

  test("is not broken by hostile texts", () => {
    const { front, body } = read(datasetCard(ATTACK.about, ATTACK.manifest));
    expect(front.pretty_name).toBe(HOSTILE);
    expect(front.license).toBe("cc-by-4.0");
    const [prose = "", citation = ""] = body.split("## Citation");
    // Every < of the prose is escaped; a row has three cells; no text begins a line of its own.
    expect(prose).not.toMatch(/(?<!\\)[<>]/);
    const row = prose.split("\n").find((line) => line.startsWith("| `eval_id`"));
    expect(row?.match(/(?<!\\)\|/g)).toHaveLength(4);
    expect(prose).not.toMatch(/^(---|license:)/m);
    expect(prose).not.toMatch(/(?<!\\)\]\(javascript/);
    // The fence is closed by nothing inside it.
    const fence = /^\n\n(`{4,})bibtex\n/.exec(citation)?.[1];
    expect(citation.trimEnd().endsWith(`\n${fence}`)).toBe(true);
    expect(citation.split(fence ?? "")).toHaveLength(3);
  });
});

test("markdown", () => {
  expect(markdown("a_b | <b>\n# c")).toBe("a\\_b \\| \\<b\\> # c");
});
