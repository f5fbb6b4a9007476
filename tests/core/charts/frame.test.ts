import fc from "fast-check";
import { expect, test } from "vitest";
import { picture, words } from "../../../src/core/charts/axis.ts";
import { balanced, framed, shortened, wrap } from "../../../src/core/charts/frame.ts";
import { toMarkup } from "../../../src/core/charts/svg.ts";
import { textsOf } from "../../pipeline/pictures/xml.ts";

/** Every letter is half as wide as it is high. */
const measure = (text: string, size: number) => text.length * size * 0.5;
const widthOf = (text: string) => text.length;
const frameOf = (title: string, inner = "inner", caption = ["n = 1"]) =>
  framed(picture(640, 100, "label", [words(0, 10, inner)]), {
    title,
    caption,
    paper: "#ffffff",
    ink: "#000000",
    soft: "#777777",
    measure,
  });

test("text is wrapped between words, and within a word only where it fits no line", () => {
  expect(wrap("one two three four", 9, widthOf)).toEqual(["one two", "three", "four"]);
  expect(wrap("abcdefghijk lm", 4, widthOf)).toEqual(["abcd", "efgh", "ijk", "lm"]);
  expect(wrap("", 9, widthOf)).toEqual([]);
});

test("wrapping loses no letter and fits the width", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      fc.integer({ min: 12, max: 40 }),
      (text, width) => {
        for (const lines of [wrap(text, width, widthOf), balanced(text, width, widthOf)]) {
          expect(lines.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        }
      },
    ),
  );
});

test("a last line of one word is evened out", () => {
  expect(balanced("aaaa bbbb cccc dddd e", 19, widthOf)).toEqual(["aaaa bbbb", "cccc dddd e"]);
});

test("long names keep both ends", () => {
  expect(shortened("abcdefghij", 20, widthOf)).toBe("abcdefghij");
  expect(shortened("abcdefghij", 6, widthOf)).toBe("abc…ij");
});

test("a long title makes a higher picture, and its caption stays in sight", () => {
  const [short, long] = [frameOf("Short."), frameOf("Many words ".repeat(30))];
  expect(long.height).toBeGreaterThan(short.height);
  expect(textsOf(toMarkup(long.picture), "text").at(-1)).toBe("n = 1");
});

test("whatever a name says, the picture is XML that says it", () => {
  const names = [
    "]]><script>alert(1)</script>",
    '"><image href="https://example.org/x.png"/>',
    "&lt; & &amp; <!-- -- <![CDATA[",
    "<?xml-stylesheet href='x.css'?>",
  ];
  for (const name of names) {
    const svg = toMarkup(frameOf(`Led by ${name}`, name, [name]).picture);
    expect(textsOf(svg, "title")).toEqual([`Led by ${name}`]);
    expect(textsOf(svg, "text")).toContain(name);
    for (const tag of ["script", "image", "foreignObject"]) expect(textsOf(svg, tag)).toEqual([]);
  }
  const control = toMarkup(frameOf("a\u0000b\u001bc\ud800d\uffffe").picture);
  expect(textsOf(control, "title")).toEqual(["a\ufffdb\ufffdc\ufffdd\ufffde"]);
});

test("any text gives well-formed XML", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(textsOf(toMarkup(frameOf(text, text, [text]).picture), "g")).toHaveLength(1);
    }),
  );
});
