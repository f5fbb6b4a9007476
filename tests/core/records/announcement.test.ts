import { describe, expect, test } from "vitest";
import { explain } from "../../../src/core/records/explain.ts";
import { leaderboardSchema } from "../../../src/core/records/leaderboard.ts";
import kitchen from "../../fixtures/tiny-suite.json" with { type: "json" };

const order = { id: "first", title: "T", words: "W.", kind: "order", models: ["a/b", "c/d"] };
const board = (claims: unknown[], suites: unknown[] = [kitchen]) =>
  leaderboardSchema.safeParse({
    title: "T",
    tagline: "",
    suites,
    announcement: {
      title: "We begin",
      publisher: "Us",
      day: "2024-06-26",
      url: "https://example.org/",
      claims,
    },
  });

test("an announcement may be left out, and one without an archive is judged without", () => {
  expect(board([order]).success).toBe(true);
  expect(leaderboardSchema.safeParse({ title: "T", tagline: "", suites: [kitchen] }).success).toBe(
    true,
  );
});

describe("refused, with the place named", () => {
  const said = { id: "x", title: "T", words: "W." };
  test.each([
    ["an id used twice", [order, order], "announcement.claims.1.id"],
    ["an unknown kind", [{ ...order, kind: "guess" }], "announcement.claims.0"],
    ["a field that there is not", [{ ...order, modles: [] }], "modles"],
    [
      "a benchmark that there is not",
      [
        {
          ...said,
          kind: "gap",
          score: "nope",
          low: { model: "a/b", value: 1 },
          high: { model: "c/d", value: 2 },
        },
      ],
      "announcement.claims.0.kind",
    ],
    ["the archive where there is none", [{ ...said, kind: "sizes" }], "announcement.claims.0.kind"],
    [
      "a model that is no name",
      [{ ...order, models: ["<b>", "c/d"] }],
      "announcement.claims.0.models.0",
    ],
    ["no claim", [], "announcement.claims"],
  ])("%s", (_, claims, place) => {
    const checked = board(claims);
    expect(checked.success).toBe(false);
    expect(explain(checked.error!)).toContain(place);
  });

  test("an address that is no https", () => {
    const checked = leaderboardSchema.safeParse({
      title: "T",
      tagline: "",
      suites: [kitchen],
      announcement: {
        title: "We begin",
        publisher: "Us",
        day: "2024-06-26",
        url: "javascript:alert(1)",
        claims: [order],
      },
    });
    expect(checked.success).toBe(false);
    expect(explain(checked.error!)).toContain("announcement.url");
  });
});
