import { signed } from "../table/format.ts";
import { bottomAxis, cut, type Frame, linear, picture, round, words } from "./axis.ts";
import { type Shape, shape } from "./svg.ts";

export interface Change {
  name: string;
  /** Said beside the name. */
  note: string;
  from: number;
  to: number;
}

export interface ChangeGroup {
  name: string;
  changes: readonly Change[];
}

const WIDTH = 560;
const ROW = 30;
const HEAD = 26;
const FOOT = 44;
/** Where names begin, after the change. */
const NAME = 63;
/** More letters than these are cut, in sight: of a name, and of name and note together. */
const LETTERS = { name: 38, both: 62 };

/** Rows of change, name and a line from one score to another, a dot where it ends, in named groups. */
export function changesChart(groups: readonly ChangeGroup[], label: string, axisLabel: string) {
  const shown = groups.filter((g) => g.changes.length > 0);
  const all = shown.flatMap((g) => g.changes);
  const tops: number[] = [];
  let bottom = 4;
  const heads = shown.map((group) => {
    const head = bottom + 16;
    bottom += HEAD;
    for (const _ of group.changes) {
      tops.push(bottom);
      bottom += ROW;
    }
    bottom += 6;
    return words(0, head, group.name, "start", "label");
  });
  const frame: Frame = { left: 8, right: WIDTH - 14, top: HEAD, bottom };
  const most = all.reduce((top, c) => Math.max(top, c.from, c.to), 1);
  const x = linear([0, most], [frame.left, frame.right]);
  const y = (i: number) => tops[i]! + 21;
  const end = (pick: (c: Change) => boolean) =>
    all.map((c, i) => (pick(c) ? `M${round(x(c.to))} ${y(i)}h0` : "")).join("");
  const content: Shape[] = [
    ...bottomAxis(frame, { scale: x, label: axisLabel }),
    ...heads,
    path("bar", all.map((c, i) => `M${round(x(c.from))} ${y(i)}H${round(x(c.to))}`).join("")),
    path("from", all.map((c, i) => `M${round(x(c.from))} ${y(i) - 5}v10`).join("")),
    path(
      "change down big",
      end((c) => c.to < c.from),
    ),
    path(
      "change up big",
      end((c) => c.to >= c.from),
    ),
    ...all.flatMap((c, i) => [
      words(frame.left, y(i) - 8, signed(c.to - c.from), "start", "value over"),
      shape("text", { class: "name over", x: NAME, y: y(i) - 8 }, [
        shape("tspan", {}, cut(c.name, LETTERS.name)),
        shape(
          "tspan",
          { class: "tick", dx: 6 },
          `from ${cut(c.note, LETTERS.both - Math.min(c.name.length, LETTERS.name))}`,
        ),
      ]),
    ]),
  ];
  const place = (i: number) => ({
    x: WIDTH / 2,
    y: y(i) - 6,
    reach: [WIDTH / 2 - 2, ROW / 2 - 1] as [number, number],
  });
  return { picture: picture(WIDTH, bottom + FOOT, label, content), place };
}

function path(name: string, d: string): Shape {
  return shape("path", { class: name, d });
}
