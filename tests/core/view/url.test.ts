import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf } from "../../../src/core/table/columns.ts";
import { queryToView, viewToQuery } from "../../../src/core/view/url.ts";
import { DEFAULT_VIEW, type View } from "../../../src/core/view/view.ts";
import { anyText, SAMPLES, suiteOf, viewOf } from "./fixtures.ts";

const KEYS = ["ifeval", "math"];
const COLUMNS = columnsOf(suiteOf(KEYS, true));

const write = (change: Partial<View>) => viewToQuery({ ...DEFAULT_VIEW, ...change }, COLUMNS);
const read = (query: string) => queryToView(query, COLUMNS, KEYS);

/** The view and its query, which must lead to each other. */
const PAIRS: [string, Partial<View>][] = [
  ["", {}],
  ["q=llama+3;@qwen+7b", { search: "llama 3;@qwen 7b" }],
  ["q=100%25+%26+%27%2B%27", { search: "100% & '+'" }],
  ["size=edge,consumer", { sizes: ["edge", "consumer"] }],
  ["type=chat", { types: ["chat"] }],
  ["precision=4bit&precision=float16", { precisions: ["4bit", "float16"] }],
  ["license=mit&license=a,+b%26c", { licenses: ["mit", "a, b&c"] }],
  [
    "chat=only&choice=hide&merged=only&moe=hide",
    { chat: "only", choice: "hide", merged: "only", moe: "hide" },
  ],
  ["flagged=all&unavailable=only", { flagged: "all", unavailable: "only" }],
  ["math=20..40", { ranges: { math: { min: 20, max: 40 } } }],
  [
    "average=..40&math_raw=0.5..&co2_kg=..",
    {
      ranges: {
        co2_kg: { min: null, max: null },
        math_raw: { min: 0.5, max: null },
        average: { min: null, max: 40 },
      },
    },
  ],
  ["likes=-1e-7..1e21", { ranges: { likes: { min: -1e-7, max: 1e21 } } }],
  ["sort=average", { sort: { column: "average", descending: false } }],
  ["sort=model", { sort: { column: "model", descending: false } }],
  ["sort=-params_b", { sort: { column: "params_b", descending: true } }],
  ["cols=rank,model", { columns: ["rank", "model"] }],
  ["cols=", { columns: [] }],
  ["scores=raw&density=compact", { raw: true, dense: true }],
  ["pin=a/b@main:float16:-:chat&pin=c", { pins: ["a/b@main:float16:-:chat", "c"] }],
  ["weights=ifeval:0,math:2.5", { weights: { math: 2.5, ifeval: 0 } }],
  ["weights=", { weights: {} }],
];

describe("viewToQuery", () => {
  it.each(PAIRS)("writes “%s”", (query, change) => {
    expect(write(change)).toBe(query);
  });

  it("keeps one order", () => {
    const query =
      "q=x&size=edge&chat=only&average=1..&sort=model&cols=model&density=compact&pin=p&weights=math:2";
    const { view, problems } = read(query.split("&").reverse().join("&"));
    expect(problems).toEqual([]);
    expect(viewToQuery(view, COLUMNS)).toBe(query);
  });
});

describe("queryToView", () => {
  it.each(PAIRS)("reads “%s”", (query, change) => {
    expect(read(query)).toEqual({ view: { ...DEFAULT_VIEW, ...change }, problems: [] });
  });

  it("reads what forms send: repeated lists and empty fields", () => {
    const { view, problems } = read("?q=&size=edge&size=large&type=&license=&pin=");
    expect(view).toEqual({ ...DEFAULT_VIEW, sizes: ["edge", "large"] });
    expect(problems).toEqual([]);
  });

  it("reads the class that links of before named, as those between consumer and large", () => {
    const { view, problems } = read("size=mid,large&size=prosumer");
    expect(view).toEqual({ ...DEFAULT_VIEW, sizes: ["prosumer", "workstation", "large"] });
    expect(problems).toEqual([]);
    expect(viewToQuery(view, COLUMNS)).toBe("size=prosumer,workstation,large");
  });

  it("reads parameters and leaves the default view alone", () => {
    const { view } = queryToView(new URLSearchParams("size=edge&pin=a"), COLUMNS, KEYS);
    expect(view.sizes).toEqual(["edge"]);
    expect(DEFAULT_VIEW.sizes).toEqual([]);
    expect(DEFAULT_VIEW.pins).toEqual([]);
  });

  it("is silent about what others append to links", () => {
    expect(read("utm_source=x&utm_source=y&fbclid=1&gclid=2")).toEqual({
      view: DEFAULT_VIEW,
      problems: [],
    });
  });

  it("takes a number column that has the name of another parameter by its prefix", () => {
    const columns = columnsOf(suiteOf(["chat", "math"], false));
    const view: View = { ...DEFAULT_VIEW, chat: "only", ranges: { chat: { min: 1, max: 2 } } };
    expect(viewToQuery(view, columns)).toBe("chat=only&range.chat=1..2");
    expect(queryToView("chat=only&range.chat=1..2", columns, [])).toEqual({ view, problems: [] });
    expect(queryToView("range.math=1..2", columns, []).problems).toEqual([
      "“range.math” is not a setting of this page.",
    ]);
  });

  it.each([
    ["nonsense=1", "“nonsense” is not a setting of this page."],
    ["__proto__=1..2", "“__proto__” is not a setting of this page."],
    ["size=huge", "“huge” is not a value of “size”."],
    ["type=toString", "“toString” is not a value of “type”."],
    ["chat=yes", "“chat” must be all, hide or only, not “yes”."],
    ["scores=cooked", "“scores” must be raw, not “cooked”."],
    ["density=", "“density” must be compact, not “”."],
    ["sort=-size", "“size” is not a column to sort by."],
    ["sort=--math", "“-math” is not a column to sort by."],
    ["cols=nope", "“nope” is not a column to show."],
    ["model=1..2", "“model” is not a column of numbers."],
    ["math=20", "“math” must be a range like 20..40, 20.. or ..40, not “20”."],
    ["math=40..20", "“math” must be a range like 20..40, 20.. or ..40, not “40..20”."],
    ["math=1e999..", "“math” must be a range like 20..40, 20.. or ..40, not “1e999..”."],
    ["math=0x10..", "“math” must be a range like 20..40, 20.. or ..40, not “0x10..”."],
    ["math=NaN..", "“math” must be a range like 20..40, 20.. or ..40, not “NaN..”."],
    ["weights=gsm8k:2", "“gsm8k” is not a benchmark to weigh."],
    ["weights=math:11", "The weight of “math” must be a number from 0 to 10."],
    ["weights=math:-1", "The weight of “math” must be a number from 0 to 10."],
    ["weights=math", "The weight of “math” must be a number from 0 to 10."],
    ["weights=math:1:2", "The weight of “math” must be a number from 0 to 10."],
    [`license=${"x".repeat(501)}`, `“${"x".repeat(40)}…” is too long for “license”.`],
  ])("leaves out %s and says so", (query, problem) => {
    expect(read(query)).toEqual({ view: DEFAULT_VIEW, problems: [problem] });
  });

  it("keeps what is good beside what is not", () => {
    const { view, problems } = read(
      "size=huge,edge&cols=nope,model&weights=x:1,math:2,math:3&q=a&q=b",
    );
    expect(view).toEqual({
      ...DEFAULT_VIEW,
      search: "a",
      sizes: ["edge"],
      columns: ["model"],
      weights: { math: 2 },
    });
    expect(problems).toEqual([
      "“huge” is not a value of “size”.",
      "“nope” is not a column to show.",
      "“x” is not a benchmark to weigh.",
      "“math” is weighed more than once; the first counts.",
      "“q” is given more than once; the first counts.",
    ]);
  });

  it("cuts a long search at 200 characters, not through one", () => {
    const { view, problems } = read(`q=${"😀".repeat(201)}`);
    expect(view.search).toBe("😀".repeat(200));
    expect(problems).toEqual(["“q” is longer than 200 characters; the rest is left out."]);
  });

  it("takes twenty pins, and each once", () => {
    const pins = Array.from({ length: 22 }, (_, i) => `m${i}`);
    const { view, problems } = read(["m0", ...pins].map((p) => `pin=${p}`).join("&"));
    expect(view.pins).toEqual(pins.slice(0, 20));
    expect(problems).toEqual(["“pin” takes at most 20 values."]);
  });

  it("stops complaining at some point", () => {
    const query = Array.from({ length: 1000 }, (_, i) => `bad${i}=1`).join("&");
    expect(read(query).problems).toHaveLength(20);
  });
});

describe("a view", () => {
  it.each(SAMPLES)("survives its URL (“$name”)", (sample) => {
    fc.assert(
      fc.property(viewOf(sample), (view) => {
        const query = viewToQuery(view, sample.columns);
        const read = queryToView(query, sample.columns, sample.keys);
        expect(read, query).toEqual({ view, problems: [] });
        expect(query).toMatch(/^[\x21-\x7e]*$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("any text", () => {
  const names = [...COLUMNS.map((c) => c.name), "q", "size", "cols", "pin", "weights", "sort", "x"];
  const pair = fc
    .tuple(
      fc.constantFrom(...names),
      fc.oneof(anyText(), fc.constantFrom("..", "1..e", ":,:", "-")),
    )
    .map(([name, value]) => `${name}=${value}`);
  const query = fc.oneof(
    anyText(200),
    fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
    fc.array(pair).map((pairs) => pairs.join("&")),
  );

  it("makes a view that survives its own URL, never an error", () => {
    fc.assert(
      fc.property(query, (query) => {
        const { view, problems } = read(query);
        expect(problems.length).toBeLessThanOrEqual(20);
        expect(read(viewToQuery(view, COLUMNS))).toEqual({ view, problems: [] });
      }),
      { numRuns: 3000 },
    );
  });
});
