import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Ballot,
  cast,
  hasCast,
  readBallot,
  readStatements,
  type Statement,
  writeBallot,
} from "../../../src/core/queue/votes.ts";

const NOBODY: Ballot = { account: "alice", votes: [], unproven: [] };
const says = (text: string, ballot = NOBODY) => readStatements(text, ballot);
const line = (more: object) => JSON.stringify({ model: "o/m", ...more });

test("what is left out of a line has a meaning", () => {
  expect(says('{"model":"o/m"}').statements).toEqual([
    { model: "o/m", revision: "main", precision: null, withdrawn: false },
  ]);
});

test.each<[string, RegExp]>([
  ["{", /no JSON/],
  ["null", /must be an object/],
  ['{"model":"m"}', /OWNER\/NAME/],
  [line({ revision: 7 }), /field revision/],
  [line({ precision: "a b" }), /field precision/],
  [line({ username: "Alice" }), /another account/],
  [line({ withdrawn: "yes" }), /field withdrawn/],
  [line({ pad: "x".repeat(10_000) }), /longer than/],
])("%s is no vote", (text, why) => {
  const { statements, objections } = says(`\n${text}\n`);
  expect(statements).toEqual([]);
  expect(objections).toEqual([{ line: 2, what: expect.stringMatching(why) }]);
});

test("ten objections are told of a thousand", () => {
  expect(says("{\n".repeat(1000)).objections).toHaveLength(10);
});

test("of two lines about the same, the last counts", () => {
  const text = [line({ withdrawn: true }), line({}), line({ precision: "float16" })].join("\n");
  expect(says(text).statements.map(({ withdrawn }) => withdrawn)).toEqual([false, false]);
});

test("a ballot that is written is read again, and the other lines are as they were", () => {
  const statements = says(
    [line({}), line({ precision: "float16", withdrawn: true })].join("\n"),
  ).statements;
  const ballot = cast(
    { ...NOBODY, unproven: ["# old"] },
    { pull_request: 3, timestamp: "2026-01-01T00:00:00Z" },
    statements,
  );
  const { votes, takenBack } = writeBallot(ballot);
  expect(votes?.split("\n")[0]).toBe("# old");
  expect(takenBack).toContain('"withdrawn":true');
  expect(readBallot("alice", votes ?? "", takenBack ?? "")).toEqual(ballot);
  // Nobody else can be read from the same lines.
  expect(readBallot("bob", votes ?? "", takenBack ?? "").votes).toEqual([]);
  expect([hasCast(ballot, 3), hasCast(ballot, 4)]).toEqual([true, false]);
});

const statement: fc.Arbitrary<Statement> = fc.record({
  model: fc.constantFrom("o/a", "o/b"),
  revision: fc.constantFrom("main", "v2"),
  precision: fc.constantFrom(null, "float16"),
  withdrawn: fc.boolean(),
});

test("order and repetition of pull requests make no difference", () => {
  const requests = fc.array(fc.array(statement, { maxLength: 4 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(requests, fc.infiniteStream(fc.nat()), (all, draws) => {
      const numbered = all.map((statements, i) => ({ number: i + 1, statements }));
      const after = (order: typeof numbered) =>
        order.reduce(
          (ballot, { number: pull_request, statements }) =>
            cast(
              ballot,
              { pull_request, timestamp: `2026-01-0${pull_request}T00:00:00Z` },
              statements,
            ),
          NOBODY,
        );
      // One statement of each kind in a request, as `readStatements` gives them.
      for (const one of numbered) {
        const seen = new Map(
          one.statements.map((s) => [`${s.model} ${s.revision} ${s.precision}`, s]),
        );
        one.statements = [...seen.values()];
      }
      const picks = [...numbered, ...numbered].sort(() => (draws.next().value % 2 === 0 ? -1 : 1));
      expect(writeBallot(after(picks))).toEqual(writeBallot(after(numbered)));
    }),
  );
});
