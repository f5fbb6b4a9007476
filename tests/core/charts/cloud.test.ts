import fc from "fast-check";
import { expect, test } from "vitest";
import { cloudShapes } from "../../../src/core/charts/cloud.ts";

/** The places that a path of relative moves and strokes of no length has, read as a browser reads it. */
function placesOf(path: string): string[] {
  let [x, y] = [0, 0];
  return [...path.matchAll(/m(-?\d+) ?(-?\d+)h0/g)].map(([, dx, dy]) => {
    x += Number(dx);
    y += Number(dy);
    return `${x} ${y}`;
  });
}

test("every dot is drawn where it is, once", () => {
  const place = fc.tuple(fc.integer({ min: 0, max: 640 }), fc.integer({ min: 0, max: 420 }));
  fc.assert(
    fc.property(fc.array(place, { minLength: 1 }), (places) => {
      const [shape] = cloudShapes({ group: 1, places });
      const path = String(shape!.attributes.d);
      const drawn = placesOf(path);
      expect(path.replaceAll(/m-?\d+ ?-?\d+h0/g, "")).toBe("");
      expect(new Set(drawn)).toEqual(new Set(places.map((p) => p.join(" "))));
      expect(new Set(drawn).size).toBe(drawn.length);
    }),
  );
});

test("no dots, no path; classes of size have the colour of their line", () => {
  expect(cloudShapes({ group: 1, places: [] })).toEqual([]);
  expect(cloudShapes({ group: 3, places: [[1.4, 2.6]] })[0]!.attributes).toEqual({
    class: "cloud step-3",
    d: "m1 3h0",
  });
  expect(cloudShapes({ group: null, places: [[1, 2]] })[0]!.attributes.class).toBe("cloud unknown");
});
