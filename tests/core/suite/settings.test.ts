import { expect, test } from "vitest";
import { evaluationSchema } from "../../../src/core/records/evaluation.ts";
import type { ResultsFile } from "../../../src/core/records/results-file.ts";
import { settingsOf, settingsWords } from "../../../src/core/suite/settings.ts";

const digest = (text: string) => `d${text.length}`.padEnd(16, "0");
const settings = (file: object, args: Record<string, string> = {}) =>
  settingsOf({ results: {}, ...file } as ResultsFile, args, digest);

test.each<[string, object, Record<string, string>, string | null]>([
  ["a plain run has none", {}, { pretrained: "a/b" }, null],
  ["thinking on", {}, { enable_thinking: "True" }, "thinking=on"],
  ["thinking off is said, too", {}, { enable_thinking: "false" }, "thinking=off"],
  ["an empty system prompt is none", { system_instruction: " " }, {}, null],
  ["a system prompt is its digest", { system_instruction: "Be kind." }, {}, "system=d8000000"],
  [
    "arguments of the generation, in the order of their names",
    { config: { gen_kwargs: "top_p=0.9,temperature=0.6" } },
    {},
    "temperature=0.6~top_p=0.9",
  ],
  [
    "the same as an object; what is null was not set",
    { config: { gen_kwargs: { top_p: 0.9, temperature: 0.6, seed: null } } },
    {},
    "temperature=0.6~top_p=0.9",
  ],
  ["none where nothing was asked of it", { config: { gen_kwargs: null } }, {}, null],
  [
    "seeds, batch size and device make no other run",
    { config: { batch_size: 4, device: "cuda" } },
    {},
    null,
  ],
])("%s", (_, file, args, wanted) => {
  expect(settings(file, args)).toBe(wanted);
});

test("whatever a file says, they are fit for an address", () => {
  const nasty = { "<b>": "a:b,c~d=e&f", ü: { deep: [1, 2] }, [`x${"y".repeat(300)}`]: "1" };
  const text = settings({ config: { gen_kwargs: nasty } });
  expect(evaluationSchema.shape.settings.safeParse(text).success).toBe(true);
});

test("a reader sees words", () => {
  expect(settingsWords("thinking=on~temperature=0.6")).toBe("thinking on, temperature 0.6");
});
