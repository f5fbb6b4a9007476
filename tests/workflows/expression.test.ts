// The examples and rules of GitHub's own page on expressions.
import { expect, test } from "vitest";
import { evaluate, fill } from "./expression.ts";

const context = {
  values: {
    github: { event_name: "push", event: { schedule: null } },
    inputs: { first: true, "allow-loss": false },
    steps: { pull: { outputs: { fetched: "false" }, outcome: "success" } },
  },
  status: (name: string) => name === "always",
};

test.each([
  ["github.event_name == 'PUSH'", true],
  ["github.event_name != 'schedule'", true],
  ["inputs.first == true && '--first' || ''", "--first"],
  ["inputs.allow-loss == true && '--allow-loss' || ''", ""],
  ["steps.pull.outputs.none", null],
  // Nothing and '0' are both the number 0, nothing and 'false' are not.
  ["steps.pull.outputs.none == '0'", true],
  ["steps.pull.outputs.none != 'false'", true],
  ["true == '1'", true],
  ["!(github.event_name == 'push' || false)", false],
  ["always() && steps.pull.outcome != 'skipped'", true],
  ["success() || 'it''s'", "it's"],
])("%s is %j", (expression, value) => {
  expect(evaluate(expression, context)).toBe(value);
});

test.each(["a ++ b", "(a", "a == b)", "hashFiles('x')"])("%s is not understood", (expression) => {
  expect(() => evaluate(expression, context)).toThrow();
});

test("texts are filled in", () => {
  expect(fill(`hub-\${{ github.event_name }}-\${{ steps.x.y }}.`, context)).toBe("hub-push-.");
});
