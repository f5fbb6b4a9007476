import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";
import { dataPackage } from "../../../src/core/describe/datapackage.ts";
import { ATTACK, BARE, COMMIT, FULL, HOSTILE, MANIFEST, PULLED } from "./fixtures.ts";

/** Complaints of the standard's own schema. */
let complaints: (value: unknown) => unknown;

beforeAll(async () => {
  const text = await readFile("tests/fixtures/frictionless/data-package.json", "utf8");
  const { $schema: _, ...schema } = JSON.parse(text);
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addFormat("textarea", true);
  const check = ajv.compile(schema);
  complaints = (value) => (check(JSON.parse(JSON.stringify(value))) ? [] : check.errors);
});

describe("dataPackage", () => {
  test("is valid by the standard's own schema, which complains of what is not", () => {
    expect(complaints(dataPackage(FULL, MANIFEST))).toEqual([]);
    expect(complaints(dataPackage(BARE, MANIFEST))).toEqual([]);
    expect(complaints(dataPackage(FULL, PULLED))).toEqual([]);
    expect(complaints(dataPackage(ATTACK.about, ATTACK.manifest))).toEqual([]);
    expect(complaints({ ...dataPackage(FULL, MANIFEST), name: "Not A Name" })).not.toEqual([]);
    expect(complaints({ ...dataPackage(FULL, MANIFEST), resources: [] })).not.toEqual([]);
  });

  test("describes every file, its digest and its columns", () => {
    expect(dataPackage(FULL, MANIFEST)).toMatchObject({
      name: "kitchen-leaderboard",
      version: "2025-03-09",
      licenses: [{ name: "CC-BY-4.0" }],
      resources: Object.entries(MANIFEST.files).map(([path, file]) => ({
        path,
        bytes: file.bytes,
        hash: `sha256:${file.sha256}`,
        schema: {
          fields: file.columns.map(({ name, description }) => ({ name, description })),
        },
      })),
    });
  });

  test("names the datasets it was made of before the works it comes from", () => {
    const { sources } = dataPackage(FULL, PULLED) as { sources: object[] };
    expect(sources).toEqual([
      ...["results", "queue"].map((name) => ({
        title: `kitchen/${name}`,
        path: `https://huggingface.co/datasets/kitchen/${name}/tree/${COMMIT}`,
        version: COMMIT,
      })),
      { title: "On Knives", path: "https://press.example/knives_and_forks" },
    ]);
  });

  test("gives names that the standard allows to any title", () => {
    expect(dataPackage({ ...BARE, title: "榜" }, MANIFEST)).toMatchObject({ name: "leaderboard" });
    expect(dataPackage({ ...BARE, title: "Café №1!" }, MANIFEST)).toMatchObject({
      name: expect.stringMatching(/^[a-z0-9._-]+$/),
    });
  });

  test("carries hostile texts as texts", () => {
    const text = JSON.stringify(dataPackage(ATTACK.about, ATTACK.manifest));
    expect(JSON.parse(text).title).toBe(HOSTILE);
  });
});
