import { beforeAll, expect, test } from "vitest";
import { type Shape, toMarkup } from "../../../src/core/charts/svg.ts";
import { CARD, type CardStyle, modelCard } from "../../../src/pipeline/pictures/card.ts";
import { readFonts } from "../../../src/pipeline/pictures/font.ts";
import { loadSite, type Site } from "../../../src/site/build/board.ts";
import { cardPath, modelCardShape, ownCards, pageCards } from "../../../src/site/build/cards.ts";
import { ask } from "../../e2e/site.ts";
import { textsOf } from "../../pipeline/pictures/xml.ts";

let site: Site;
let style: CardStyle;
beforeAll(async () => {
  site = await loadSite();
  const { measure } = await readFonts([]);
  style = {
    brand: "Board",
    address: "example.org",
    asOf: "2025-01-01",
    paper: "#ffffff",
    raised: "#ffffff",
    ink: "#000000",
    soft: "#666666",
    line: "#dddddd",
    accent: "#006666",
    measure,
  };
});

test("a card has the figures of the model's best-placed row", async () => {
  const models = [...ownCards(site)].filter((_, i) => i % 60 === 0);
  for (const model of models) {
    const [row] = await ask<Record<string, string | null>>(`
      SELECT rank::VARCHAR AS rank, printf('%.2f', average) AS average, precision,
        printf('%.2f', ifeval) AS ifeval, printf('%.2f', bbh) AS bbh, printf('%.2f', math) AS math,
        printf('%.2f', gpqa) AS gpqa, printf('%.2f', musr) AS musr, printf('%.2f', mmlu_pro) AS mmlu_pro
      FROM models WHERE model = '${model}' ORDER BY rank NULLS LAST, average DESC NULLS LAST, eval_id LIMIT 1`);
    const texts = textsOf(toMarkup(await modelCardShape(site, model)), "text");
    const { rank, precision, ...scores } = row!;
    for (const value of Object.values(scores)) expect(texts, model).toContain(value);
    const said = rank === null ? "Not ranked" : `#${Number(rank).toLocaleString("en")}`;
    expect(texts, model).toContain(said);
    if (precision !== null) expect(texts.join("\n"), model).toContain(precision);
  }
});

test("bars are as long as their scores", () => {
  const card = modelCard({ ...facts("name"), scores: scores([25, 50, 100]) }, style);
  const widths = rectangles(card)
    .filter((r) => r.fill === style.accent && Number(r.x) > 400)
    .map((r) => Number(r.width));
  expect(widths).toHaveLength(3);
  expect(widths[1]! / widths[0]!).toBeCloseTo(2, 1);
  expect(widths[2]! / widths[0]!).toBeCloseTo(4, 1);
});

test("an unknown score is no bar of length 0, and many benchmarks say how many are left out", () => {
  const many = scores([null, ...Array.from({ length: 13 }, (_, i) => i)]);
  const texts = textsOf(toMarkup(modelCard({ ...facts("name"), scores: many }, style)), "text");
  expect(texts).toContain("–");
  expect(texts).toContain("and 7 more");
});

test("names of 96 letters, of wide letters, and hostile ones stay on the card", () => {
  for (const name of ["a".repeat(96), "W".repeat(96), "한".repeat(60), `]]><script>"&'`]) {
    const card = modelCard({ ...facts(name), owner: name }, style);
    const svg = toMarkup(card);
    expect(textsOf(svg, "title")).toEqual([`${name}/${name}`]);
    expect(textsOf(svg, "script")).toEqual([]);
    for (const { attributes, content } of textShapes(card)) {
      const width = style.measure(
        String(content),
        Number(attributes["font-size"]),
        Number(attributes["font-weight"]) as 400 | 600,
      );
      const left =
        attributes["text-anchor"] === "end" ? Number(attributes.x) - width : Number(attributes.x);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(CARD.width - 60);
    }
  }
});

test("a page has the card of its address, or of the nearest above it", () => {
  const own = [...ownCards(site)][0]!;
  expect(cardPath(site, "/")).toBe("/cards/site.png");
  expect(cardPath(site, "/archive/")).toBe("/cards/archive.png");
  expect(cardPath(site, "/analysis/trends/")).toBe("/cards/analysis-trends.png");
  expect(cardPath(site, "/docs/anything/")).toBe("/cards/docs.png");
  expect(cardPath(site, "/unheard-of/")).toBe("/cards/site.png");
  expect(cardPath(site, `/models/${own}/`)).toBe(`/cards/models/${own}.png`);
  expect(cardPath(site, "/models/nobody/nothing/")).toBe("/cards/model.png");
  const names = pageCards(site).map((c) => c.name);
  expect(new Set(names).size).toBe(names.length);
});

function facts(name: string) {
  const scores: { name: string; score: number | null; text: string }[] = [];
  return {
    owner: "owner",
    name,
    facts: ["Chat", "7B parameters"],
    suite: "Suite",
    rank: "1",
    field: "of 2",
    average: "50.00",
    scores,
  };
}

function scores(values: (number | null)[]) {
  return values.map((score, i) => ({
    name: `Benchmark ${i}`,
    score,
    text: score === null ? "–" : score.toFixed(2),
  }));
}

function textShapes(s: Shape): Shape[] {
  if (typeof s.content === "string") return s.tag === "text" ? [s] : [];
  return s.content.flatMap(textShapes);
}

function rectangles(s: Shape): Shape["attributes"][] {
  if (typeof s.content === "string") return [];
  return s.content.flatMap((c) => (c.tag === "rect" ? [c.attributes] : rectangles(c)));
}
