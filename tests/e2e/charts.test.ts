/** The static pictures and social cards of the built site. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { colourOf, hex } from "../../src/core/charts/colour.ts";
import { STYLES } from "../../src/core/charts/frame.ts";
import { ANALYSES } from "../../src/site/build/analyses.ts";
import { textsOf } from "../pipeline/pictures/xml.ts";
import { ask, BEST_FIRST, SHOWN, SITE, visitSite } from "./site.ts";

const { open } = visitSite();
const CHARTS = join(SITE, "charts");
const chart = (file: string) => readFile(join(CHARTS, file), "utf8");
const sizeOf = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];

interface Drawn {
  name: string;
  title: string;
  caption: string;
  /** Each shape's tag, own text and computed styles, in document order. */
  shapes: { tag: string; text: string; styles: string[] }[];
}

/** The figures of the page, or the files made of them, as the browser computes them. */
function drawnOf(page: Page, files: Record<string, string> | null): Promise<Drawn[]> {
  return page.evaluate(
    ([svgs, properties]) => {
      const describe = (element: Element) => {
        const style = getComputedStyle(element);
        const text = element.children.length === 0 ? (element.textContent ?? "") : "";
        return {
          tag: element.tagName,
          text,
          styles: [...properties, "font-family"].map((name) => style.getPropertyValue(name)),
        };
      };
      return [...document.querySelectorAll<HTMLElement>("[data-figure]")].map((figure) => {
        const name = figure.dataset.figure ?? "";
        let shapes = figure.querySelector("svg.chart")!;
        if (svgs) {
          const file = new DOMParser().parseFromString(svgs[name] ?? "", "image/svg+xml");
          const root = document.importNode(file.documentElement, true);
          document.body.append(root);
          shapes = root.querySelector(":scope > g")!;
        }
        return {
          name,
          title: figure.querySelector("[data-part=title]")?.textContent ?? "",
          caption: figure.querySelector("[data-part=count]")?.textContent ?? "",
          shapes: [...shapes.querySelectorAll("*")].map(describe),
        };
      });
    },
    [files, [...STYLES]] as const,
  );
}

/** Colours in one form: browsers write a mixed one in another way. */
function plain(value: string): string {
  return /^(rgb|color)/.test(value) ? hex(colourOf(value)) : value.replaceAll('"', "'");
}

for (const { path } of ANALYSES) {
  for (const theme of ["light", "dark"] as const) {
    test(`${path} ${theme}: the files say and look what the page does`, async () => {
      const page = await open(path, { colorScheme: theme });
      const shown = await drawnOf(page, null);
      expect(shown.length).toBeGreaterThan(0);
      const files: Record<string, string> = {};
      for (const { name, title, caption } of shown) {
        const svg = await chart(theme === "dark" ? `${name}.dark.svg` : `${name}.svg`);
        files[name] = svg;
        expect(textsOf(svg, "title")).toEqual([title]);
        expect(textsOf(svg, "desc")[0]).toContain(caption);
      }
      const made = await drawnOf(page, files);
      for (const [i, { name, shapes }] of shown.entries()) {
        expect(made[i]!.shapes.map((s) => [s.tag, s.text])).toEqual(
          shapes.map((s) => [s.tag, s.text]),
        );
        shapes.forEach((s, k) => {
          const about = `${name} ${theme}: ${s.tag} ${s.text}`;
          expect(made[i]!.shapes[k]!.styles.map(plain), about).toEqual(s.styles.map(plain));
        });
      }
    });
  }
}

test("every chart is there, as SVG and PNG in both themes, and no other", async () => {
  const figures = await Promise.all(
    ANALYSES.map(async ({ path }) => {
      const html = await readFile(join(SITE, path, "index.html"), "utf8");
      return [...html.matchAll(/data-figure="([^"]+)"/g)].map((m) => m[1]!);
    }),
  );
  const names = [...new Set(figures.flat()), "leaderboard", "archive"];
  const files = names.flatMap((n) => [`${n}.svg`, `${n}.dark.svg`, `${n}.png`, `${n}.dark.png`]);
  expect((await readdir(CHARTS)).sort()).toEqual(files.sort());
});

test("a chart needs nothing outside its file, and says where it is from", async () => {
  const manifest = await readFile(join(SITE, "data/latest/manifest.json"), "utf8");
  const { as_of } = JSON.parse(manifest) as { as_of: string };
  for (const file of (await readdir(CHARTS)).filter((f) => f.endsWith(".svg"))) {
    const svg = await chart(file);
    const caption = textsOf(svg, "desc")[0]!;
    expect(textsOf(svg, "title")[0]!.length, file).toBeGreaterThan(10);
    expect(caption, file).toMatch(/n = [\d,]+/);
    expect(caption, file).toMatch(/source: .*\.parquet of /);
    expect(caption, file).toContain(`.parquet of ${as_of}`);
    expect(caption, file).toContain("Open LLM Leaderboard, localhost");
    expect(svg, file).not.toMatch(
      /href|url\(|@import|@font-face|<script|<style|<image|<foreignObject|class=| style=|\son\w+=/,
    );
  }
});

test("no word of a chart is cut by its edge, in the fonts of this machine", async () => {
  const page = await open("/data/");
  for (const file of (await readdir(CHARTS)).filter((f) => f.endsWith(".svg"))) {
    const outside = await page.evaluate(
      (svg) => {
        const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
        const root = document.importNode(parsed.documentElement, true) as unknown as SVGSVGElement;
        document.body.append(root);
        const edge = root.getBoundingClientRect();
        const cut = [...root.querySelectorAll("text")].filter((text) => {
          const box = text.getBoundingClientRect();
          return (
            box.left < edge.left ||
            box.right > edge.right ||
            box.top < edge.top ||
            box.bottom > edge.bottom
          );
        });
        root.remove();
        return cut.map((text) => text.textContent);
      },
      await chart(file),
    );
    expect(outside, file).toEqual([]);
  }
});

test("a PNG is its SVG at twice the size, in few colours but more than one", async () => {
  const page = await open("/data/");
  for (const name of ["leaderboard", "archive.dark", "correlations", "context-length.dark"]) {
    const png = await readFile(join(CHARTS, `${name}.png`));
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(await chart(`${name}.svg`))!;
    expect(sizeOf(png), name).toEqual([Number(width) * 2, Number(height) * 2]);
    expect(await coloursOf(page, png), name).toBeGreaterThan(10);
  }
});

test("the picture of the table has the ten best rows that the page shows", async () => {
  const rows = await ask<Record<string, string>>(`
    SELECT split_part(model, '/', 2) AS name, printf('%.2f', average) AS mean,
      printf('%.2f', ifeval) AS first, printf('%.2f', mmlu_pro) AS last
    FROM models WHERE ${SHOWN} ORDER BY ${BEST_FIRST} LIMIT 10`);
  const texts = textsOf(await chart("leaderboard.svg"), "text");
  let from = 0;
  for (const row of rows) {
    for (const value of [row.name, row.mean, row.first, row.last]) {
      from = texts.indexOf(value!, from);
      expect(from, `${row.name}: ${value}`).toBeGreaterThan(-1);
    }
  }
});

test("every page has a card: absolute addresses, and a file of that size", async () => {
  const pages = (await readdir(SITE, { recursive: true })).filter((f) => f.endsWith(".html"));
  const sections = pages.filter((f) => !f.startsWith("models/") && !f.startsWith("embed/"));
  const models = pages.filter((f) => f.startsWith("models/")).filter((_, i) => i % 200 === 0);
  expect(sections.length).toBeGreaterThan(10);
  for (const file of [...sections, ...models]) {
    const html = await readFile(join(SITE, file), "utf8");
    const meta = (name: string) =>
      new RegExp(`<meta (?:property|name)="${name}" content="([^"]*)"`).exec(html)?.[1] ?? "";
    for (const name of ["og:title", "og:description", "og:image:alt"])
      expect(meta(name), `${file} ${name}`).not.toBe("");
    expect(meta("og:type"), file).toBe("website");
    expect(meta("twitter:card"), file).toBe("summary_large_image");
    const canonical = /<link rel="canonical" href="([^"]+)"/.exec(html)?.[1];
    expect(meta("og:url"), file).toBe(canonical);
    const image = new URL(meta("og:image"));
    expect(image.pathname, file).toMatch(/^\/cards\/.+\.png$/);
    const path = join(SITE, decodeURIComponent(image.pathname));
    expect(existsSync(path), `${file}: ${path}`).toBe(true);
    expect(sizeOf(await readFile(path)), file).toEqual([
      Number(meta("og:image:width")),
      Number(meta("og:image:height")),
    ]);
  }
});

test("the best 500 and the maintainers’ choice have their own card, and only they", async () => {
  const wanted = await ask<{ model: string }>(
    "SELECT DISTINCT model FROM models WHERE rank <= 500 OR maintainers_choice",
  );
  const files = (await readdir(join(SITE, "cards/models"), { recursive: true }))
    .filter((f) => f.endsWith(".png"))
    .map((f) => f.replace(/\.png$/, ""));
  expect(files.sort()).toEqual(wanted.map((r) => r.model).sort());
});

/** How many different colours a picture has, decoded by the browser. */
function coloursOf(page: Page, png: Buffer): Promise<number> {
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    return new Set(new Uint32Array(data.buffer)).size;
  }, png.toString("base64"));
}
