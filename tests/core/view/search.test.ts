import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareText, fold, parseSearch } from "../../../src/core/view/search.ts";
import { anyText } from "./fixtures.ts";

const word = (text: string) => ({ owner: false, text });
const owner = (text: string) => ({ owner: true, text });

describe("parseSearch", () => {
  it.each([
    ["nothing", "", []],
    ["only separators", " ; ;\t", []],
    ["an owner still to be typed", "@", []],
    ["terms and alternatives", "Llama 3 ; QWEN", [[word("llama"), word("3")], [word("qwen")]]],
    ["owners", "@Meta-Llama 70b;@qwen", [[owner("meta-llama"), word("70b")], [owner("qwen")]]],
    ["an at sign inside a term", "a@b @@c", [[word("a@b"), owner("@c")]]],
    ["white space of any kind", "a\u00a0b\u3000c\nd", [["a", "b", "c", "d"].map(word)]],
    ["no term for a trailing @", "x; @", [[word("x")]]],
    ["folded terms", "İΣ", [[word("iσ")]]],
  ])("finds %s", (_, search, expected) => {
    expect(parseSearch(search)).toEqual(expected);
  });

  it("makes no empty alternative and no term with white space", () => {
    fc.assert(
      fc.property(anyText(30), (search) => {
        for (const terms of parseSearch(search)) {
          expect(terms.length).toBeGreaterThan(0);
          for (const { text } of terms) expect(text).toMatch(/^\S+$/);
        }
      }),
    );
  });
});

describe("fold", () => {
  it.each([
    ["Qwen2.5-7B_Instruct", "qwen2.5-7b_instruct"],
    ["İstanbul", "istanbul"],
    ["ΟΔΟΣ", "οδοσ"],
    ["GROẞ ß", "groß ß"],
    ["ǅ", "ǆ"],
    ["𐐀", "𐐨"],
    ["\u{10d50}\ua7cb", "\u{10d50}\ua7cb"],
    ["a\ud800b", "a\ufffdb"],
    ["😀", "😀"],
  ])("makes %s %s", (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  it("works character by character, and twice is once", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(fold(text)).toBe(Array.from(text, fold).join(""));
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});

describe("compareText", () => {
  it("puts characters beyond the first plane after all others", () => {
    expect("\uff21" < "😀").toBe(false);
    expect(["😀", "\uff21", "b", "ab", "a", ""].sort(compareText)).toEqual([
      "",
      "a",
      "ab",
      "b",
      "\uff21",
      "😀",
    ]);
  });

  it("is the order of the bytes in UTF-8", () => {
    fc.assert(
      fc.property(anyText(5), anyText(5), (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 1000 },
    );
  });
});
