import { expect, test } from "vitest";
import { answersIn } from "./answers.ts";

const lines = (...samples: object[]) => samples.map((s) => `${JSON.stringify(s)}\n`).join("");

const choice = (doc_id: number, ...values: string[]) => ({
  doc_id,
  arguments: {
    gen_args_0: { arg_0: "Wind?", arg_1: " yes" },
    gen_args_1: { arg_0: "Wind?", arg_1: " no" },
  },
  resps: values.map((value) => [[value, "False"]]),
  metrics: ["acc_norm"],
  acc_norm: 1,
});

const SAMPLES = {
  winds: lines(choice(1, "-6", "-2"), choice(0, "-3", "-4")),
  orders: lines({
    doc_id: 0,
    arguments: { gen_args_0: { arg_0: "Hail", arg_1: { until: [] } } },
    resps: [["Ahoy"]],
    metrics: ["strict"],
    strict: [true, false],
  }),
};
const RESULTS = JSON.stringify({
  results: {
    winds: { alias: "winds", "acc_norm,none": 0.5, "acc_norm_stderr,none": 0.1 },
    orders: { alias: "orders", "strict,none": 0.5 },
  },
});

test("answers are in the order of the questions, with what they count for", () => {
  const { winds, orders } = answersIn(RESULTS, SAMPLES);
  expect(winds!.scores).toEqual({ "acc_norm,none": 0.5 });
  expect(winds!.answers.map(({ likelihoods }) => likelihoods)).toEqual([
    [
      [-3, false],
      [-4, false],
    ],
    [
      [-6, false],
      [-2, false],
    ],
  ]);
  expect(orders!.answers[0]).toMatchObject({ text: "Ahoy", verdicts: { strict: [true, false] } });
});

test("a margin counts characters where the task does: −3/3 against −4/2", () => {
  const { winds } = answersIn(RESULTS, SAMPLES);
  expect(winds!.answers.map(({ margin }) => margin)).toEqual([1, 1]);
});

test("another prompt has another digest, another answer has not", () => {
  const asked = (text: string) =>
    answersIn(RESULTS, { ...SAMPLES, orders: text }).orders!.answers[0]!.asked;
  expect(asked(SAMPLES.orders.replace("Ahoy", "Aye"))).toBe(asked(SAMPLES.orders));
  expect(asked(SAMPLES.orders.replace("Hail", "Hail\\n"))).not.toBe(asked(SAMPLES.orders));
});
