import { round } from "../../core/charts/axis.ts";
import { balanced, type Measure, shortened } from "../../core/charts/frame.ts";
import { type Shape, shape } from "../../core/charts/svg.ts";

/** The size that Open Graph and Twitter ask of a large card. */
export const CARD = { width: 1200, height: 630 };

/** What every card says and wears. */
export interface CardStyle {
  /** The leaderboard's title, its address and the day of its figures. */
  brand: string;
  address: string;
  asOf: string;
  paper: string;
  raised: string;
  ink: string;
  soft: string;
  line: string;
  accent: string;
  measure: Measure;
}

const EDGE = 64;
const FOOT = CARD.height - 52;

/**
 * The card of a page: its title, what it is about, and a figure where it has one.
 *
 * @param figure a painted chart; drawn small, so it should be without words
 */
export function pageCard(
  { title, text, figure }: { title: string; text: string; figure?: Shape | undefined },
  style: CardStyle,
): Shape {
  const width = figure ? 520 : CARD.width - 2 * EDGE;
  const big = setIn(title, width, figure ? [56, 50, 44, 38] : [76, 68, 60, 52, 44], 3, style);
  const small = setIn(
    text,
    width,
    figure ? [30, 27, 24] : [34, 30, 27],
    figure ? 5 : 3,
    style,
    400,
  );
  const height = big.lines.length * big.size * 1.16 + 26 + small.lines.length * small.size * 1.36;
  const top = 118 + Math.max(0, (FOOT - 62 - 118 - height) / 2);
  const below = top + big.lines.length * big.size * 1.16 + 26;
  return card(title, text, style, [
    ...block(big, EDGE, top, 1.16, 600, style.ink),
    ...block(small, EDGE, below, 1.36, 400, style.soft),
    ...(figure ? panel(figure, style) : []),
  ]);
}

/** What is known of a model for its card; texts are as they are to be said. */
export interface ModelFacts {
  owner: string;
  name: string;
  /** Type, size, precision: what is known of them. */
  facts: string[];
  suite: string;
  /** `1`, and `of 4,575`; or null and why it is not ranked. */
  rank: string | null;
  field: string;
  average: string;
  /** Scores of 0–100; null is unknown. */
  scores: { name: string; score: number | null; text: string }[];
}

/** Rows of bars that a card has room for. */
const BARS = 8;

/** The card of a model: rank and average, and a bar for each benchmark. */
export function modelCard(model: ModelFacts, style: CardStyle): Shape {
  const { measure } = style;
  const width = CARD.width - 2 * EDGE;
  const big = setIn(model.name, width, [60, 54, 48, 42, 36, 32, 28], 1, style);
  const facts = model.facts.join(" · ");
  const said = `${model.owner ? `${model.owner}/` : ""}${model.name}`;
  const figures: [string, string, string][] = [
    [model.rank === null ? "Not ranked" : `#${model.rank}`, model.field, style.ink],
    [model.average, "average", style.accent],
  ];
  const owner = shortened(model.owner, width, (t) => measure(t, 28, 400));
  return card(
    said,
    `${model.suite}: rank ${model.rank ?? "none"}, average ${model.average}`,
    style,
    [
      ...(owner ? [words(EDGE, 178 - big.size * 0.73, owner, 28, 400, style.soft)] : []),
      ...block(big, EDGE, 194 - big.size * 0.95, 1.1, 600, style.ink),
      words(
        EDGE,
        238,
        shortened(facts, width, (t) => measure(t, 26, 400)),
        26,
        400,
        style.soft,
      ),
      ...figures.flatMap(([value, label, fill], i) => {
        const y = 312 + i * 120;
        const size = value.length > 8 ? 44 : 68;
        return [
          words(EDGE, y + 22, value, size, 600, fill),
          words(EDGE, y + 58, label, 26, 400, style.soft),
        ];
      }),
      ...bars(model.scores, style),
    ],
  );
}

function bars(scores: ModelFacts["scores"], style: CardStyle): Shape[] {
  const shown = scores.slice(0, scores.length > BARS ? BARS - 1 : BARS);
  const rows = shown.length + (shown.length < scores.length ? 1 : 0);
  const [top, bottom] = [278, 524];
  const row = Math.min(50, (bottom - top) / Math.max(1, rows));
  const size = Math.min(26, row * 0.62);
  const [names, left, right] = [470, 690, CARD.width - EDGE - 96];
  const first = top + (bottom - top - rows * row) / 2;
  const shapes = shown.flatMap(({ name, score, text }, i) => {
    const y = first + (i + 0.5) * row;
    const long = (right - left) * Math.min(1, Math.max(0, (score ?? 0) / 100));
    const label = shortened(name, left - names - 16, (t) => style.measure(t, size, 400));
    return [
      words(names, y + size * 0.36, label, size, 400, style.soft),
      bar(left, y, right - left, row * 0.4, style.line),
      ...(long > 0 ? [bar(left, y, long, row * 0.4, style.accent)] : []),
      words(CARD.width - EDGE, y + size * 0.36, text, size, 600, style.ink, "end"),
    ];
  });
  if (rows === shown.length) return shapes;
  const more = `and ${scores.length - shown.length} more`;
  const y = first + (rows - 0.5) * row + size * 0.36;
  return [...shapes, words(names, y, more, size, 400, style.soft)];
}

function bar(x: number, y: number, width: number, height: number, fill: string): Shape {
  return shape("rect", {
    x: round(x),
    y: round(y - height / 2),
    width: round(width),
    height: round(height),
    fill,
  });
}

/** A figure in a frame at the right, as large as it can be there. */
function panel(figure: Shape, { raised, line }: CardStyle): Shape[] {
  const [left = 0, up = 0, width = 1, height = 1] = String(figure.attributes.viewBox)
    .split(" ")
    .map(Number);
  const box = { x: 630, y: 108, width: CARD.width - EDGE - 630, height: FOOT - 58 - 108 };
  const scale = Math.min((box.width - 56) / width, (box.height - 56) / height, 1.5);
  const x = box.x + (box.width - width * scale) / 2 - left * scale;
  const y = box.y + (box.height - height * scale) / 2 - up * scale;
  const { xmlns, viewBox, role, "aria-label": label, ...style } = figure.attributes;
  return [
    shape("rect", { ...box, rx: 10, fill: raised, stroke: line, "stroke-width": 2 }),
    shape(
      "g",
      { transform: `translate(${round(x)} ${round(y)}) scale(${scale.toFixed(4)})`, ...style },
      figure.content,
    ),
  ];
}

/** What all cards share: paper, brand above, address and day below. */
function card(title: string, text: string, style: CardStyle, content: Shape[]): Shape {
  const { brand, address, asOf, measure } = style;
  const said = shortened(brand, 800, (t) => measure(t, 26, 600));
  const where = shortened(address, 760, (t) => measure(t, 24, 400));
  return shape(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${CARD.width} ${CARD.height}`,
      width: CARD.width,
      height: CARD.height,
      role: "img",
      "font-family": "Inter, sans-serif",
    },
    [
      shape("title", {}, title),
      shape("desc", {}, text),
      shape("rect", { width: CARD.width, height: CARD.height, fill: style.paper }),
      shape("rect", { width: CARD.width, height: 10, fill: style.accent }),
      ...mark(style.accent),
      words(EDGE + 44, 78, said, 26, 600, style.ink),
      shape("path", {
        d: `M${EDGE} ${FOOT - 26}H${CARD.width - EDGE}`,
        stroke: style.line,
        "stroke-width": 2,
      }),
      words(EDGE, FOOT + 14, where, 24, 400, style.soft),
      words(CARD.width - EDGE, FOOT + 14, `Figures of ${asOf}`, 24, 400, style.soft, "end"),
      ...content,
    ],
  );
}

/** Three bars, as in the site's icon. */
function mark(fill: string): Shape[] {
  return [14, 22, 30].map((height, i) =>
    shape("rect", { x: EDGE + i * 11, y: 82 - height, width: 8, height, rx: 1.5, fill }),
  );
}

interface Fitted {
  lines: string[];
  size: number;
}

/** The text at the largest size at which it takes no more lines than that; else cut, in sight. */
function setIn(
  text: string,
  width: number,
  sizes: readonly number[],
  most: number,
  { measure }: CardStyle,
  weight: 400 | 600 = 600,
): Fitted {
  for (const size of sizes) {
    const widthOf = (t: string) => measure(t, size, weight);
    if (text.split(/\s+/).some((word) => widthOf(word) > width)) continue;
    const lines = balanced(text, width, widthOf);
    if (lines.length <= most) return { lines, size };
  }
  const size = sizes.at(-1)!;
  const widthOf = (t: string) => measure(t, size, weight);
  if (most === 1) return { lines: [shortened(text, width, widthOf)], size };
  const lines = balanced(text, width, widthOf);
  if (lines.length <= most) return { lines, size };
  const kept = lines.slice(0, most);
  let last = `${kept[most - 1]}…`;
  while (widthOf(last) > width) last = `${last.slice(0, -2)}…`;
  return { lines: [...kept.slice(0, -1), last], size };
}

function block(
  { lines, size }: Fitted,
  x: number,
  top: number,
  leading: number,
  weight: 400 | 600,
  fill: string,
): Shape[] {
  return lines.map((line, i) =>
    words(x, top + size * (0.95 + i * leading), line, size, weight, fill),
  );
}

function words(
  x: number,
  y: number,
  text: string,
  size: number,
  weight: 400 | 600,
  fill: string,
  anchor: "start" | "end" = "start",
): Shape {
  return shape(
    "text",
    {
      x: round(x),
      y: round(y),
      fill,
      "font-size": round(size),
      "font-weight": weight,
      ...(anchor === "end" ? { "text-anchor": anchor } : {}),
    },
    text,
  );
}
