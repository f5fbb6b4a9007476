import { expect, test } from "vitest";
import { oldestFirst } from "../../../src/pipeline/runner/order.ts";
import { requestOf } from "./requests.ts";

test("the oldest is first, ties go by path, and each place says why", () => {
  const at = (submitted_time: string | null, path: string) => requestOf({ submitted_time }, path);
  const waiting = [
    at(null, "0"),
    at("2025-02-02T00:00:00Z", "b"),
    at("2025-01-01T10:30:00Z", "z"),
    at("2025-02-02T00:00:00Z", "a"),
  ];
  const places = oldestFirst(waiting);
  expect(places.map(({ request }) => request.path)).toEqual(["z", "a", "b", "0"]);
  expect(places.map(({ reason }) => reason)).toEqual([
    "Waits since 2025-01-01 10:30: the oldest.",
    "Waits since 2025-02-02 00:00: 1 before it.",
    "Waits since 2025-02-02 00:00: 2 before it.",
    "Does not say since when it waits: 3 before it.",
  ]);
  expect(oldestFirst([...waiting].reverse()).map(({ request }) => request.path)).toEqual(
    places.map(({ request }) => request.path),
  );
});
