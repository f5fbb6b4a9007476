import { expect } from "vitest";
import type { World } from "./world.ts";

interface Sample {
  target: string;
  resps: string[][][] | string[][];
  doc: { choices: string[]; answer: number | string; instruction_id_list: string[] };
  inst_level_strict_acc: boolean[];
}

/** The samples of a task, of the model's only run. */
function samplesOf(world: World, model: string, task: string): Sample[] {
  const files = world.files(`compass/${model.replace("/", "__")}-details`);
  const paths = [...files.keys()].filter((path) => path.includes(`/samples_${task}_`));
  expect(paths, `samples of ${task}`).toHaveLength(1);
  const lines = files.get(paths[0]!)!.toString().trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** The choice whose likelihood for each character is highest, as acc_norm is defined. */
function choiceOf({ resps, doc }: Sample): number {
  const each = resps.map((r, i) => Number(r[0]![0]) / doc.choices[i]!.length);
  return each.indexOf(Math.max(...each));
}

/** Every score of the board, worked out from answers alone: nothing of the pipeline is used. */
export function scoresOf(world: World, model: string): Record<string, number> {
  const right = (task: string) =>
    mean(samplesOf(world, model, task).map((s) => Number(choiceOf(s) === s.doc.answer)));
  const above = (raw: number, chance: number) => (100 * Math.max(0, raw - chance)) / (1 - chance);
  const [north, south] = [right("winds_north"), right("winds_south")];
  const bearings = mean(
    samplesOf(world, model, "bearings").map((s) => Number(s.resps[0]![0] === s.doc.answer)),
  );
  const orders = samplesOf(world, model, "orders").map((s) => s.inst_level_strict_acc);
  const strict =
    (mean(orders.map((o) => Number(o.every(Boolean)))) + mean(orders.flat().map(Number))) / 2;
  return {
    winds_raw: mean([north, south]),
    winds: mean([above(north, 1 / 3), above(south, 1 / 2)]),
    bearings: 100 * bearings,
    orders: 100 * strict,
  };
}
