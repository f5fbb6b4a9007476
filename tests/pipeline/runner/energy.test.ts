import { expect, test } from "vitest";
import {
  carbonOf,
  co2Of,
  type EnergyNote,
  energyOf,
  WORLD,
} from "../../../src/pipeline/runner/energy.ts";

/** A node of four cores and 10 GB, on which nothing is measured. */
const NODE: EnergyNote = {
  seconds: 100,
  cores: 4,
  memory: 10e9,
  cpu: null,
  dram: null,
  driver: null,
  gpus: [],
};

const gpu = (change: Partial<EnergyNote["gpus"][number]> = {}) =>
  ({ name: "G", how: "counter", joules: 20_000, watts: 300, ...change }) as const;

test("what is not measured is estimated by cores and gigabytes, and that is said", () => {
  const { kwh, how, of } = energyOf([{ note: NODE, seconds: 100 }], 0);
  // 4 × 12 W × 100 s, and 10 × 0.3725 W × 100 s.
  expect(of).toMatchObject([
    { part: "cpu", joules: 4800, how: "estimated", source: expect.stringMatching(/12 W.*doi 10/) },
    { part: "memory", joules: 372.5, how: "estimated" },
  ]);
  expect(how).toBe("estimated");
  expect(kwh).toBeCloseTo(5172.5 / 3_600_000, 12);
});

test("what is measured in part is measured in part", () => {
  const { how, of } = energyOf([{ note: { ...NODE, cpu: 9000 }, seconds: 100 }], 0);
  expect(of.map((p) => [p.part, p.joules, p.how])).toEqual([
    ["cpu", 9000, "measured"],
    ["memory", 372.5, "estimated"],
  ]);
  expect(how).toBe("partly measured");
  const all = energyOf([{ note: { ...NODE, cpu: 9000, dram: 900 }, seconds: 100 }], 0);
  expect(all).toMatchObject({ how: "measured", kwh: 0.00275 });
});

test("several commands are one run: 1 kWh is 3.6 million joules", () => {
  const note = { ...NODE, cpu: 1_000_000, dram: 800_000 };
  const command = { note, seconds: 100 };
  expect(energyOf([command, command], 0)).toEqual({
    kwh: 1,
    how: "measured",
    of: [
      { part: "cpu", joules: 2_000_000, how: "measured", source: expect.stringMatching(/^RAPL/) },
      {
        part: "memory",
        joules: 1_600_000,
        how: "measured",
        source: expect.stringMatching(/^RAPL/),
      },
    ],
  });
});

test("one GPU is the first that is seen, several are all; who has no counter is asked for its power", () => {
  const gpus = [gpu(), gpu({ joules: 30_000 }), gpu({ how: "power", joules: 5000 })];
  const parts = (used: number) =>
    energyOf([{ note: { ...NODE, gpus }, seconds: 100 }], used)
      .of.filter(({ part }) => part === "gpu")
      .map(({ joules, source }) => [joules, source]);
  expect(parts(0)).toEqual([]);
  expect(parts(1)).toEqual([[20_000, "NVML: energy counter"]]);
  expect(parts(2)).toEqual([
    [50_000, "NVML: energy counter"],
    [5000, "NVML: power, asked once a second"],
  ]);
});

test("a GPU that measures nothing takes its power limit; of one that is not seen nothing is known", () => {
  const unmeasured = { note: { ...NODE, gpus: [gpu({ how: null, joules: null })] }, seconds: 100 };
  expect(energyOf([unmeasured], 1).of[2]).toEqual({
    part: "gpu",
    joules: 30_000,
    how: "estimated",
    source: "NVML: power limit × time",
  });
  const hidden = energyOf([unmeasured], 2);
  expect(hidden).toMatchObject({ kwh: null, how: null });
  expect(hidden.of[2]).toMatchObject({ joules: null, how: null });
  expect(co2Of(hidden, WORLD).kg).toBeNull();
});

test("where nothing was noted nothing is known, of the other commands too", () => {
  const known = { note: NODE, seconds: 100 };
  expect(energyOf([known, { note: null, seconds: 100 }], 0)).toMatchObject({
    kwh: null,
    how: null,
  });
  expect(energyOf([], 0)).toEqual({ kwh: null, how: null, of: [] });
});

test("a counter that stands still, or stopped before the end, measured nothing", () => {
  const still = { note: { ...NODE, cpu: 0 }, seconds: 100 };
  expect(energyOf([still], 0).how).toBe("estimated");
  const early = { note: { ...NODE, cpu: 9000, seconds: 94 }, seconds: 100 };
  expect(energyOf([early], 0).of[0]).toMatchObject({ how: "estimated", joules: 4800 });
  const late = { note: { ...NODE, cpu: 9000, seconds: 96 }, seconds: 100 };
  expect(energyOf([late], 0).of[0]).toMatchObject({ how: "measured", joules: 9000 });
});

test("CO₂ is energy × what a kilowatt-hour costs there", () => {
  const energy = { kwh: 2.5, how: "measured", of: [] } as const;
  // The leaderboard's own figure for Virginia.
  const carbon = { grams_per_kwh: 269.8, source: "EIA" };
  expect(co2Of({ ...energy, of: [] }, carbon)).toEqual({ kg: 0.6745, ...carbon });
});

test("what electricity costs is said by options, by the environment, or it is the world's average", () => {
  expect(carbonOf({}, {})).toBe(WORLD);
  expect(WORLD.grams_per_kwh).toBe(473);
  const env = { RUNNER_CARBON_INTENSITY: "30", RUNNER_CARBON_SOURCE: "NVE 2024" };
  expect(carbonOf({}, env)).toEqual({ grams_per_kwh: 30, source: "NVE 2024" });
  expect(carbonOf({ carbon: "0", "carbon-source": "our roof" }, env)).toEqual({
    grams_per_kwh: 0,
    source: "our roof",
  });
  expect(carbonOf({ carbon: "12.5" }, {}).source).toBe("whoever runs the runner");
  expect(() => carbonOf({ carbon: "low" }, {})).toThrow("--carbon low: must be grams of CO₂");
  expect(() => carbonOf({}, { RUNNER_CARBON_INTENSITY: "-1" })).toThrow(
    "RUNNER_CARBON_INTENSITY -1: must be grams",
  );
  expect(() => carbonOf({ "carbon-source": "x" }, {})).toThrow("--carbon GRAMS_PER_KWH");
});
