import { describe, expect, test } from "vitest";
import { croissant } from "../../../src/core/describe/croissant.ts";
import { ATTACK, BARE, COMMIT, FULL, HOSTILE, MANIFEST, PULLED } from "./fixtures.ts";

// That mlcroissant, the format's own validator, accepts it and loads the records is checked by
// `npm run check:python`.

// biome-ignore lint/suspicious/noExplicitAny: read as another program reads it.
const read = (value: object): any => JSON.parse(JSON.stringify(value));

describe("croissant", () => {
  test("gives every file with its digest, by a path that a copied folder keeps", () => {
    const { distribution } = read(croissant(FULL, MANIFEST));
    expect(
      distribution.map((d: Record<string, unknown>) => [d["@id"], d.contentUrl, d.sha256]),
    ).toEqual(Object.entries(MANIFEST.files).map(([name, f]) => [name, name, f.sha256]));
  });

  test("gives every column of every table once, with its type and meaning", () => {
    const { recordSet } = read(croissant(FULL, MANIFEST));
    expect(recordSet.map((r: { name: string }) => r.name)).toEqual(["models", "history"]);
    for (const { name, field } of recordSet) {
      const columns = MANIFEST.files[`${name}.parquet`]!.columns;
      expect(field.map((f: { description: string }) => f.description)).toEqual(
        columns.map((c) => c.description),
      );
      for (const f of field) expect(f["@id"]).toBe(`${name}/${f.source.extract.column}`);
    }
    const types = Object.fromEntries(
      recordSet[1].field.map((f: Record<string, string>) => [f.name, f.dataType]),
    );
    expect(types).toEqual({
      "history/as_of": "sc:Date",
      "history/eval_id": "sc:Text",
      "history/average": "sc:Float",
      "history/rank": "sc:Integer",
    });
  });

  test("says what is known and leaves out what is not", () => {
    expect(read(croissant(FULL, MANIFEST))).toMatchObject({
      conformsTo: "http://mlcommons.org/croissant/1.1",
      url: "https://kitchen.example/board/data/",
      license: "https://creativecommons.org/licenses/by/4.0/",
      version: "2025.3.9",
      datePublished: "2025-03-09",
      creator: [
        { "@type": "Person", name: "Ada Cook" },
        { "@type": "Organization", name: "The Kitchen Team" },
      ],
    });
    const bare = read(croissant(BARE, MANIFEST));
    for (const field of ["url", "license", "inLanguage"]) expect(bare).not.toHaveProperty(field);
  });

  test("names the datasets it was made of, the queue's types, and what is said of people", () => {
    const pulled = read(croissant(BARE, PULLED));
    expect(pulled).toMatchObject({
      conformsTo: ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
      isBasedOn: ["results", "queue"].map(
        (name) => `https://huggingface.co/datasets/kitchen/${name}/tree/${COMMIT}`,
      ),
      "prov:wasDerivedFrom": ["results", "queue"].map((name) => ({
        "@id": `https://huggingface.co/datasets/kitchen/${name}/tree/${COMMIT}`,
      })),
      "rai:personalSensitiveInformation": [expect.stringContaining("who voted")],
    });
    const requests = pulled.recordSet.find((r: { name: string }) => r.name === "requests");
    const types = Object.fromEntries(
      requests.field.map((f: Record<string, string>) => [f.name, f.dataType]),
    );
    expect(types).toMatchObject({
      "requests/status": "sc:Text",
      "requests/params_b": "sc:Float",
      "requests/chat_template": "sc:Boolean",
    });
    const plain = read(croissant(BARE, MANIFEST));
    expect(plain.conformsTo).toBe("http://mlcommons.org/croissant/1.1");
    expect(Object.keys(plain)).not.toContain("isBasedOn");
    expect(Object.keys(plain)).not.toContain("prov:wasDerivedFrom");
  });

  test("carries hostile texts as texts", () => {
    const { name, recordSet } = read(croissant(ATTACK.about, ATTACK.manifest));
    expect(name).toBe(HOSTILE);
    expect(recordSet[0].field[0].description).toBe(HOSTILE);
  });
});
