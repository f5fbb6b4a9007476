import { describe, expect, test } from "vitest";
import { cardLength } from "../../../src/core/queue/files.ts";

describe("the length of a card", () => {
  test.each<[string, string, number]>([
    ["without a head", "Hello there", 11],
    ["without its head", "---\nlicense: mit\n---\nHello", 5],
    ["with lines as Windows has them", "---\r\nlicense: mit\r\n---\r\nHello", 5],
    ["with an empty head", "---\n---\nHello", 5],
    ["of a head and nothing else", "---\nlicense: mit\n---", 0],
    ["whose head does not end", "---\nlicense: mit\n", 16],
    ["with a rule in its text", "Hello\n---\nyou", 13],
    ["with a byte order mark", "\uFEFF---\nlicense: mit\n---\nHello", 5],
    ["padded with white space", `Hello${" ".repeat(300)}\n\n\t\u00A0\u2003you`, 9],
    ["padded with what is not seen", `Hello${"\u200B\u2060\u00AD".repeat(100)}`, 5],
    ["in letters beyond 16 bits", "𝐇𝐞𝐥𝐥𝐨", 5],
    ["that is empty", "", 0],
  ])("%s", (_, text, length) => {
    expect(cardLength(text)).toBe(length);
  });

  test("of a million lines is found at once, however they look like a head", () => {
    expect(cardLength("---\n".repeat(250_000))).toBeGreaterThan(0);
    expect(cardLength(`---\n${"-- -\n".repeat(200_000)}`)).toBeGreaterThan(0);
  });
});
