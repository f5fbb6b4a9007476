import { picture, round, words } from "./axis.ts";
import { type Measure, shortened } from "./frame.ts";
import { type Shape, shape } from "./svg.ts";

/** A row of a table as a picture. */
export interface BoardRow {
  place: string;
  owner: string;
  name: string;
  /** What tells evaluations of one model apart. */
  variant: string;
  /** Average first, then the benchmarks: what each cell says, and its step on the heat scale. */
  scores: { text: string; heat: number }[];
}

const PLACE = 34;
const NAME = 250;
const CELL = 68;
const HEAD = 30;
const ROW = 42;

/**
 * The head of a leaderboard as a picture: a row per model, its scores on the heat scale. Names that
 * do not fit are set smaller, then shortened in the middle.
 *
 * @param heads over the scores: the average first
 */
export function boardChart(
  label: string,
  heads: readonly string[],
  rows: readonly BoardRow[],
  measure: Measure,
): Shape {
  const left = (column: number) => PLACE + NAME + column * CELL;
  const width = left(heads.length);
  const height = HEAD + rows.length * ROW + 1;
  const content = [
    words(PLACE - 10, 18, "#", "end"),
    words(PLACE, 18, "Model"),
    ...heads.map((head, i) => headCell(head, left(i), measure)),
    ...rows.flatMap((row, i) => rowShapes(row, HEAD + i * ROW, left, width, measure)),
    rule(HEAD + rows.length * ROW, width),
  ];
  return picture(width, height, label, content);
}

function headCell(text: string, left: number, measure: Measure): Shape {
  const room = CELL - 10;
  const size = sizeFor([12, 11, 10], room, (s) => measure(text, s, 400));
  const said = shortened(text, room, (t) => measure(t, size, 400));
  return sized(words(left + CELL - 8, 18, said, "end"), size);
}

function rowShapes(
  row: BoardRow,
  top: number,
  left: (column: number) => number,
  width: number,
  measure: Measure,
): Shape[] {
  const room = NAME - 14;
  const size = sizeFor([13, 12, 11, 10], room, (s) => measure(row.name, s, 600));
  const name = shortened(row.name, room, (t) => measure(t, size, 600));
  const note = [row.owner, row.variant].filter(Boolean).join(" · ");
  const owner = shortened(note, room, (t) => measure(t, 11, 400));
  return [
    rule(top, width),
    words(PLACE - 10, top + 26, row.place, "end"),
    ...(owner ? [sized(words(PLACE, top + 16, owner), 11)] : []),
    sized(words(PLACE, top + (owner ? 32 : 26), name, "start", "label"), size),
    ...row.scores.flatMap(({ text, heat }, i) => [
      ...(heat > 0
        ? [
            shape("rect", {
              class: `h${heat}`,
              x: round(left(i)),
              y: round(top + 1),
              width: CELL,
              height: ROW - 1,
            }),
          ]
        : []),
      sized(words(left(i) + CELL - 8, top + 26, text, "end", i === 0 ? "value" : "name"), 13),
    ]),
  ];
}

function rule(y: number, width: number): Shape {
  return shape("path", { class: "rule", d: `M0 ${y + 0.5}H${width}` });
}

/** The first size at which the text fits, else the last. */
function sizeFor(
  sizes: readonly number[],
  room: number,
  widthAt: (size: number) => number,
): number {
  return sizes.find((size) => widthAt(size) <= room) ?? sizes.at(-1)!;
}

function sized(s: Shape, size: number): Shape {
  return { ...s, attributes: { ...s.attributes, "font-size": size } };
}
