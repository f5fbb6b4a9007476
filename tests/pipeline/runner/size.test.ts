import { expect, test } from "vitest";
import { requestsOf } from "../../../src/core/queue/size.ts";
import { type Machine, parseGpus } from "../../../src/pipeline/runner/machine.ts";
import { factorOf, type Past } from "../../../src/pipeline/runner/past.ts";
import { sizeOf } from "../../../src/pipeline/runner/size.ts";
import { V2 } from "../../core/suite/suites.ts";
import { requestOf } from "./requests.ts";

const GIB = 2 ** 30;
const cpu = { name: "Test", cores: 2, free: 8 * GIB, memory: 16 * GIB };
const LAPTOP: Machine = { cpu, gpus: [] };
const A100 = { name: "A100", memory: 80 * GIB, driver: "535" };
const SERVER: Machine = { cpu, gpus: [A100, A100, A100, A100] };

const at = (params: number, precision: string, machine: Machine) =>
  sizeOf(requestOf({ params, precision }).row, V2, machine);

test("memory is weights, keys and values, and the program: 7 billion in 16 bits by hand", () => {
  // 7e9 × 2 × 1.2 + 4,096 × 0.5 MiB + 1.5 GiB
  const memory = 16.8e9 + 2 * GIB + 1.5 * GIB;
  expect(at(7, "bfloat16", SERVER)).toMatchObject({ device: "cuda", gpus: 1, memory });
});

test("as few GPUs as hold it", () => {
  expect(at(70, "bfloat16", SERVER)).toMatchObject({ gpus: 3 });
  expect(at(70, "4bit", SERVER)).toMatchObject({ gpus: 1 });
});

test("what does not fit is refused, and the sentence has both sides", () => {
  expect(at(400, "bfloat16", SERVER)).toMatch(
    /^EleutherAI\/pythia-2.8b needs about .*; the 4 GPUs here have .* to use\.$/,
  );
  expect(at(7, "bfloat16", LAPTOP)).toMatch(/are free here, and there is no GPU\.$/);
  expect(at(0.135, "float32", LAPTOP)).toMatchObject({ device: "cpu", gpus: 0 });
});

test("time is operations by speed; of an unknown size it is unknown", () => {
  // 2 × weights × 1,000 tokens × continuations at 2 × 80 GFLOP/s, after 30 s and the weights at 200 MB/s.
  const asked = requestsOf(V2)!;
  const plain = 30 + (0.1e9 * 4) / 2e8 + (2 * 0.1e9 * 1000 * asked) / 1.6e11;
  const estimate = at(0.1, "float32", LAPTOP);
  expect(typeof estimate === "string" ? null : estimate.seconds).toBeCloseTo(plain, 6);
  expect(at(0, "float32", LAPTOP)).toMatchObject({ seconds: null });
  const slower = sizeOf(requestOf({ params: 0.1, precision: "float32" }).row, V2, LAPTOP, () => 3);
  expect(typeof slower === "string" ? null : slower.seconds).toBeCloseTo(3 * plain, 6);
});

test("what runs took beside their estimates: the median of the newest twenty of a device", () => {
  const past = (ratios: number[], device = "d"): Past[] =>
    ratios.map((r) => ({
      at: "2025-01-01T00:00:00Z",
      model: "o/n",
      device,
      estimated: 10,
      took: 10 * r,
    }));
  expect(factorOf([], "d")).toBe(1);
  expect(factorOf(past([3]), "d")).toBe(3);
  expect(factorOf(past([1, 4, 100]), "d")).toBe(4);
  expect(factorOf(past([1, 2, 4, 100]), "d")).toBe(3);
  expect(factorOf([...past([9]), ...past([2], "e")], "e")).toBe(2);
  expect(factorOf(past([...Array(30).fill(50), ...Array(20).fill(2)]), "d")).toBe(2);
});

test("GPUs as nvidia-smi prints them; anything else is none", () => {
  expect(
    parseGpus("NVIDIA A100-SXM4-80GB, 81920, 535.104.05\nNVIDIA T4, 15360, 535.104.05\n"),
  ).toEqual([
    { name: "NVIDIA A100-SXM4-80GB", memory: 80 * GIB, driver: "535.104.05" },
    { name: "NVIDIA T4", memory: 15 * GIB, driver: "535.104.05" },
  ]);
  expect(parseGpus("")).toEqual([]);
  expect(
    parseGpus("NVIDIA-SMI has failed because it couldn't communicate with the driver."),
  ).toEqual([]);
});
