import { expect, test } from "vitest";
import { colourOf, hex } from "../../../src/core/charts/colour.ts";
import { shape } from "../../../src/core/charts/svg.ts";
import {
  paint,
  stylesFrom,
  type Theme,
  tokenColour,
} from "../../../src/pipeline/pictures/styles.ts";

/** Style sheets of a test. */
function stylesOf(figure: string, theme: Theme = "light") {
  const tokens = `:root { --ink: #112233; --tone: #000000; } :root[data-theme="dark"] { --ink: #ddeeff; }
    @media print { :root { --ink: #ff0000; } }`;
  const table = ".h3 { background: hsl(120 100% 25% / 8%); } .name { fill: #ff0000; }";
  return stylesFrom({ tokens, figure, table }, theme);
}

const inChart = (name: string, tag = "path") =>
  shape("svg", { class: "chart" }, [shape(tag, { class: name })]);
const firstOf = (s: ReturnType<typeof paint>) => (s.content as (typeof s)[])[0]!.attributes;

test("tokens are those of the theme", () => {
  expect(tokenColour(stylesOf("", "light"), "ink")).toBe("#112233");
  expect(tokenColour(stylesOf("", "dark"), "ink")).toBe("#ddeeff");
});

test("the stronger rule wins, then the later one", () => {
  const styles = stylesOf(`
    svg.chart .a.b { stroke-width: 3px; }
    svg.chart .a { stroke-width: 1; opacity: 0.5; }
    svg.chart .b { stroke-width: 2; opacity: 0.7; }`);
  expect(firstOf(paint(styles, inChart("a b")))).toEqual({ "stroke-width": "3", opacity: "0.7" });
});

test("rules for other places, states and screens do not count", () => {
  const styles = stylesOf(`
    svg.chart .a { fill: var(--ink); }
    .thumb svg.chart .a { fill: #ff0000; }
    svg.chart > .a:hover, svg.chart .a[open] { fill: #ff0000; }
    @media (width < 40rem) { svg.chart .a { fill: #ff0000; } }`);
  expect(firstOf(paint(styles, inChart("a")))).toEqual({ fill: "#112233" });
  expect(firstOf(paint(styles, inChart("name")))).toEqual({});
});

test("a property of one's own is inherited and has a default", () => {
  const styles = stylesOf(`
    svg.chart :is(.step, .knot) { stroke: var(--step, var(--ink)); }
    svg.chart .step-1 { --step: #445566; }`);
  expect(firstOf(paint(styles, inChart("step")))).toEqual({ stroke: "#112233" });
  expect(firstOf(paint(styles, inChart("step step-1")))).toEqual({ stroke: "#445566" });
});

test("the table's heat is a rectangle's fill", () => {
  const styles = stylesOf("");
  expect(firstOf(paint(styles, inChart("h3", "rect")))).toEqual({
    fill: "#008000",
    "fill-opacity": 0.08,
  });
});

test("colours of each form, by the values of CSS Color 4 and 5", () => {
  expect(hex(colourOf("#0b5f66"))).toBe("#0b5f66");
  expect(hex(colourOf("hsl(180 50% 50%)"))).toBe("#40bfbf");
  expect(hex(colourOf("color-mix(in srgb, #ff0000 25%, #000000)"))).toBe("#400000");
  expect(colourOf("rgba(1, 2, 3, 0.5)")).toEqual({ channels: [1, 2, 3], alpha: 0.5 });
  expect(hex(colourOf("color(srgb 1 0.5 0)"))).toBe("#ff8000");
  expect(() => colourOf("rebeccapurple")).toThrow("rebeccapurple");
});

test("a value that is not understood stops the build", () => {
  const styles = stylesOf("svg.chart .a { fill: var(--none); } svg.chart .b { fill: lab(1 2 3); }");
  expect(() => paint(styles, inChart("a"))).toThrow("--none");
  expect(() => paint(styles, inChart("b"))).toThrow("lab(1 2 3)");
});
