import { expect, test } from "vitest";
import { refused } from "../../../src/pipeline/queue/request-words.ts";
import { objections } from "../../../src/pipeline/queue/vote-words.ts";
import { code, prose } from "../../../src/pipeline/queue/words.ts";

/** What a comment could be made to do. */
const EVIL = [
  "@everyone look",
  "`code` @bob",
  "``` @bob\n```",
  "<img src=x onerror=alert(1)>",
  "[click](https://evil.example)",
  "https://evil.example and www.evil.example",
  "![x](https://evil.example/x.png)",
  "line\n# heading\n- point",
  "<!-- comment",
  "&lt;b&gt; &#64;bob",
  "a|b",
  "\u202Eevil\u200b\u0000",
  "**bold** _it_ ~~gone~~ $x$",
  "x".repeat(10_000),
];

test.each(EVIL)("%j stands in code, and stays there", (text) => {
  const made = code(text);
  // One code span, from its first to its last sign: nothing in it ends it.
  expect(made).toMatch(/^`[^`\n]+`$/);
  expect(made).not.toContain("@");
  expect(made.length).toBeLessThan(300);
  expect(made).not.toMatch(/[\p{Cc}\u202A-\u202E]/u);
});

test.each(EVIL)("%j in a sentence is no markup", (text) => {
  const made = prose(text);
  expect(made).not.toContain("@");
  expect(made).not.toContain("\n");
  // Every sign of Markdown and HTML that is left has a backslash before it, which is itself not escaped.
  expect(made.replace(/\\[\\`*_[\]<>|~&$#!]/g, "")).not.toMatch(/[\\`*_[\]<>|~&$#!]/);
  // Bare addresses become links where they have these.
  expect(made).not.toMatch(/:\/\/|www\./i);
  expect(made.length).toBeLessThanOrEqual(2000);
});

test("a name that is fit for the Hub is readable as it is", () => {
  expect(code("o/My-Model_7B.v1")).toBe("`o/My-Model_7B.v1`");
  expect(prose("o/My-Model is not on the Hub.")).toBe("o/My-Model is not on the Hub.");
});

test("comments say where and what, and what to do", () => {
  expect(objections("alice", [{ line: 3, what: "names <b>@bob</b>" }])).toBe(
    "No vote of this pull request was taken, as `alice/votes_data.jsonl` cannot be read.\n\n" +
      "- Line 3 `names <b>(at)bob</b>`\n\n" +
      'Mend that in a new pull request. A line is like this: `{"model": "OWNER/NAME", "revision": "main", "precision": "bfloat16"}`.',
  );
  const submission = {
    model: "o/m",
    revision: "main",
    precision: "float16",
    weight_type: "Original",
    base_model: null,
    model_type: "chat",
    use_chat_template: false,
  } as const;
  const objection = { id: "card", what: "Its card is @bob's.", fix: "Write one." } as const;
  expect(refused(submission, [objection])).toBe(
    "`o/m_eval_request_False_float16_Original.json` was not taken into the queue:\n\n" +
      "- Its card is (at)bob's. Write one.\n\n" +
      "When that is mended, open a new pull request with the same file.",
  );
});
