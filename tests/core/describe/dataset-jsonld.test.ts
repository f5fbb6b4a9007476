import { describe, expect, test } from "vitest";
import { datasetJsonLd } from "../../../src/core/describe/dataset-jsonld.ts";
import { toJson } from "../../../src/site/build/setup.ts";
import { ATTACK, BARE, COMMIT, FULL, HOSTILE, MANIFEST, PULLED } from "./fixtures.ts";

const PAGE = "https://kitchen.example/board/data/";
const FOLDER = `${PAGE}latest/`;

describe("datasetJsonLd", () => {
  test("has what Google's dataset search requires", () => {
    for (const about of [BARE, FULL]) {
      const { name, description } = datasetJsonLd(about, MANIFEST, PAGE, FOLDER) as {
        name: string;
        description: string;
      };
      expect(name).not.toBe("");
      expect(description.length).toBeGreaterThanOrEqual(50);
      expect(description.length).toBeLessThanOrEqual(5000);
    }
  });

  test("and what it recommends, with absolute addresses", () => {
    expect(datasetJsonLd(FULL, MANIFEST, PAGE, FOLDER)).toMatchObject({
      "@context": "https://schema.org/",
      "@type": "Dataset",
      url: PAGE,
      license: "https://creativecommons.org/licenses/by/4.0/",
      isAccessibleForFree: true,
      version: "2025-03-09",
      citation: ["https://press.example/knives_and_forks"],
      distribution: Object.entries(MANIFEST.files).map(([name, { sha256 }]) => ({
        "@type": "DataDownload",
        contentUrl: `${FOLDER}${name}`,
        sha256,
      })),
    });
  });

  test("says what it was made of, and how long the queue is", () => {
    expect(datasetJsonLd(BARE, PULLED, PAGE, FOLDER)).toMatchObject({
      description: expect.stringContaining("The queue: 3 requests and 1 vote."),
      isBasedOn: ["results", "queue"].map(
        (name) => `https://huggingface.co/datasets/kitchen/${name}/tree/${COMMIT}`,
      ),
    });
  });

  test("leaves out what is unknown", () => {
    expect(datasetJsonLd(BARE, MANIFEST, PAGE, FOLDER)).not.toHaveProperty("license");
    expect(datasetJsonLd(BARE, MANIFEST, PAGE, FOLDER)).not.toHaveProperty("isBasedOn");
  });

  test("cannot leave its script element, and comes back as it was", () => {
    const text = toJson(datasetJsonLd(ATTACK.about, ATTACK.manifest, PAGE, FOLDER));
    expect(text).not.toContain("<");
    expect(JSON.parse(text).name).toBe(HOSTILE);
  });
});
