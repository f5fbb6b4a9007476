import fc from "fast-check";
import { expect, test } from "vitest";
import { readAsked } from "../../../src/site/embed/asked.ts";
import { snapshotNamed } from "../../../src/site/embed/setup.ts";
import tiny from "../../fixtures/tiny-suite.json" with { type: "json" };

test("an empty address asks for nothing", () => {
  const { view, ...rest } = readAsked("");
  expect(rest).toEqual({ asOf: null, rows: 20, problems: [] });
  expect([...view]).toEqual([]);
});

test("an embed's own parameters are taken out, and the page's are left as they are", () => {
  const asked = readAsked("?q=a&theme=dark&size=consumer&as-of=2024-07-13&rows=50&pin=x&pin=y");
  expect(asked).toMatchObject({ asOf: "2024-07-13", rows: 50, problems: [] });
  expect([...asked.view]).toEqual([
    ["q", "a"],
    ["size", "consumer"],
    ["pin", "x"],
    ["pin", "y"],
  ]);
});

test.each(["9", "101", "0x20", "1e2", "-20", " 20", "20.5", "", "many"])(
  "rows=%s is left out and said to be",
  (rows) => {
    const asked = readAsked(new URLSearchParams({ rows }).toString());
    expect(asked.rows).toBe(20);
    expect(asked.problems).toEqual(["“rows” must be a number from 10 to 100."]);
  },
);

test("whatever stands in an address, reading it does not throw", () => {
  fc.assert(
    fc.property(fc.string(), (query) => {
      const { rows, problems } = readAsked(query);
      expect(rows).toBeGreaterThanOrEqual(10);
      expect(rows).toBeLessThanOrEqual(100);
      expect(problems.length).toBeLessThanOrEqual(2);
    }),
  );
});

test("snapshots are those of the list, and nothing else is a folder", () => {
  const context = { columns: [], archiveColumns: [], asOf: "2024-07-13", since: "2024-07-01" };
  const setup = {
    ...context,
    asOf: "2025-03-13",
    main: tiny as never,
    archive: null,
    snapshots: ["2025-03-13.2", "2025-03-13", "2024-07-13"],
    latest: "2025-03-13.2",
    prepared: { "2024-07-13": context },
    packed: {},
    bytes: {},
    engine: { plain: 0, packed: 0 },
    version: "1",
  };
  expect(snapshotNamed(setup, null)).toMatchObject({ folder: "latest", newest: true });
  expect(snapshotNamed(setup, "2025-03-13.2")).toMatchObject({ folder: "latest", newest: true });
  expect(snapshotNamed(setup, "2025-03-13")).toEqual({
    folder: "2025-03-13",
    newest: false,
    asOf: "2025-03-13",
  });
  expect(snapshotNamed(setup, "2024-07-13")).toMatchObject({ newest: false, context });
  for (const name of ["", "latest", "2024-07-14", "..", "__proto__", "../latest", "constructor"])
    expect(snapshotNamed(setup, name)).toBeUndefined();
  // A leaderboard without dated snapshots has the newest only.
  const alone = { ...setup, snapshots: [], latest: null, prepared: {} };
  expect(snapshotNamed(alone, null)).toMatchObject({ folder: "latest" });
  expect(snapshotNamed(alone, "2025-03-13")).toBeUndefined();
});
