import { type Shape, shape } from "./svg.ts";

/** Dots of one kind: all of them are one path. */
export interface Cloud {
  /** Number of its colour, as a step line's; null: the quiet colour of what is in no class. */
  group: number | null;
  places: readonly (readonly [number, number])[];
}

/**
 * Many dots as one path: whole pixels, each place once, and every dot told by its distance from the one
 * before, which takes half the letters of naming the place. Thousands of dots stay within some ten
 * kilobytes, and none is left out but those that would lie exactly on another of their kind.
 */
export function cloudShapes({ group, places }: Cloud): Shape[] {
  if (places.length === 0) return [];
  const unique = new Map(
    places.map(([x, y]) => {
      const dot = [Math.round(x), Math.round(y)] as const;
      return [dot.join(" "), dot];
    }),
  );
  const dots = [...unique.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let [fromX, fromY] = [0, 0];
  const path = dots.map(([x, y]) => {
    const step = `m${x - fromX} ${y - fromY}h0`.replace(" -", "-");
    [fromX, fromY] = [x, y];
    return step;
  });
  const name = group === null ? "cloud unknown" : `cloud step-${group}`;
  return [shape("path", { class: name, d: path.join("") })];
}
