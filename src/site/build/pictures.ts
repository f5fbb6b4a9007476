import theme from "#theme.css?raw";
import { boardChart } from "../../core/charts/board.ts";
import { type Framed, framed } from "../../core/charts/frame.ts";
import { type Shape, toMarkup } from "../../core/charts/svg.ts";
import { captionOf, type Figure } from "../../core/figures/figure.ts";
import { doubtIn, markedText, splitModel, topsOf, variantOf } from "../../core/table/cells.ts";
import { leaderText } from "../../core/table/finding.ts";
import { count, heat, hiddenText } from "../../core/table/format.ts";
import { at } from "../../core/table/grid.ts";
import { createMatcher } from "../../core/view/match.ts";
import { DEFAULT_VIEW } from "../../core/view/view.ts";
import { type Fonts, readFonts } from "../../pipeline/pictures/font.ts";
import { withoutMissing } from "../../pipeline/pictures/missing.ts";
import { openRenderer, type Renderer } from "../../pipeline/pictures/render.ts";
import {
  paint,
  type Styles,
  stylesFrom,
  THEMES,
  type Theme,
  tokenColour,
} from "../../pipeline/pictures/styles.ts";
import figure from "../analysis/figure.css?raw";
import tokens from "../layout/tokens.css?raw";
import table from "../leaderboard/table.css?raw";
import { absoluteFolder } from "./address.ts";
import { type Board, leaderboard, loadSite, type Site } from "./board.ts";
import { contextOf, makeFigure, siteFigures } from "./figures.ts";
import { gridOf } from "./grid.ts";

/** A chart before it has a theme: what its static picture says and shows. */
export interface Chart {
  title: string;
  picture: Shape;
  caption: string[];
}

/** Rows of a table's picture. */
const ROWS = 10;
/** Benchmarks of a table's picture: more would be too narrow to read. */
const COLUMNS = 10;

/** Names of all charts: the figures, the main table and the archive's where there is one. */
export function chartNames(site: Site): string[] {
  const tables = site.boards.length > 1 ? ["leaderboard", "archive"] : ["leaderboard"];
  return [...tables, ...siteFigures(site).map((f) => f.name)];
}

/** Every chart in every theme, as the pages under `/charts/` name them: `NAME`, `NAME.dark`. */
export async function chartPaths() {
  return chartNames(await loadSite()).flatMap((name) =>
    THEMES.map((theme) => ({
      params: { chart: theme === "dark" ? `${name}.dark` : name },
      props: { name, theme },
    })),
  );
}

/** Where pictures are kept between builds, unless PICTURES_CACHE says otherwise. */
const CACHE = "node_modules/.cache/pictures";

const charts = new Map<string, Promise<Chart>>();

/** A chart by its name, made once per build. */
export function chartNamed(site: Site, name: string): Promise<Chart> {
  const key = `${site.name} ${name}`;
  const made = charts.get(key) ?? makeChart(site, name);
  charts.set(key, made);
  return made;
}

async function makeChart(site: Site, name: string): Promise<Chart> {
  if (name === "leaderboard") return tableChart(site, site.boards[0]!);
  if (name === "archive" && site.boards[1]) return tableChart(site, site.boards[1]);
  const figure = siteFigures(site).find((f) => f.name === name);
  if (!figure) throw new Error(`There is no chart "${name}"`);
  return figureChart(site, figure);
}

async function figureChart(site: Site, figure: Figure): Promise<Chart> {
  const { drawing } = await makeFigure(site, figure);
  const { title, picture } = drawing;
  return { title, picture, caption: captionOf(figure, contextOf(site), drawing) };
}

/** The best rows of a table, as its page shows them at first. */
async function tableChart(site: Site, board: Board): Promise<Chart> {
  const { suite } = board;
  const { measure } = await fontsOf();
  const { grid, columns } = gridOf(board);
  const matcher = createMatcher(
    grid,
    columns,
    suite.benchmarks.map((b) => b.key),
  );
  const all = matcher.rows(DEFAULT_VIEW);
  const rows = all.slice(0, ROWS);
  const ranks = matcher.places(DEFAULT_VIEW, rows);
  const tops = topsOf(grid, columns);
  const benchmarks = suite.benchmarks.slice(0, COLUMNS);
  const scores = ["average", ...benchmarks.map((b) => b.key)].flatMap(
    (name) => columns.find((c) => c.name === name) ?? [],
  );
  const label = `The best ${rows.length} evaluations of ${suite.name} with their scores.`;
  const picture = boardChart(
    label,
    scores.map((c) => c.label),
    rows.map((row, i) => ({
      place: String(ranks[i] ?? "–"),
      ...splitModel(String(at(grid, "model", row))),
      variant: variantOf(grid, row),
      scores: scores.map((column) => {
        const value = at(grid, column.name, row);
        return {
          text: markedText(column, value, doubtIn(column, grid, row)),
          heat: heat(value, tops[column.name] ?? 0),
        };
      }),
    })),
    measure,
  );
  const hidden = matcher.hiddenBy(DEFAULT_VIEW);
  const left = suite.benchmarks.length - benchmarks.length;
  return {
    title: leaderText(suite, grid, rows[0]),
    picture,
    caption: [
      `best ${rows.length} of n = ${count(all.length)} evaluations`,
      ...(left > 0 ? [`${left} of ${suite.benchmarks.length} benchmarks left out`] : []),
      ...(hidden.total > 0 ? [hiddenText(hidden).replace(/^N/, "n")] : []),
      `source: ${suite.table}.parquet of ${site.manifest.as_of}`,
    ],
  };
}

/** A chart as a file of its own, in one theme. */
export async function chartFile(name: string, theme: Theme): Promise<Framed> {
  const site = await loadSite();
  const styles = stylesOf(theme);
  const [chart, { measure }] = await Promise.all([chartNamed(site, name), fontsOf()]);
  return framed(paint(styles, chart.picture), {
    title: chart.title,
    caption: [...chart.caption, `${leaderboard.title}, ${siteAddress()}`],
    paper: tokenColour(styles, "paper"),
    ink: tokenColour(styles, "ink"),
    soft: tokenColour(styles, "soft"),
    measure,
  });
}

/** Where the site is, as people write it: `owner.github.io/repo/`. */
export function siteAddress(): string {
  const { host, pathname } = new URL(absoluteFolder("/"));
  return `${host}${pathname === "/" ? "" : pathname}`;
}

const SHEETS = { tokens: tokens + theme, figure, table };
const styles = new Map<Theme, Styles>();

export function stylesOf(theme: Theme): Styles {
  const parsed = styles.get(theme) ?? stylesFrom(SHEETS, theme);
  styles.set(theme, parsed);
  return parsed;
}

let fonts: Promise<Fonts> | undefined;

/** The fonts of the site's pictures: Inter, and those that its config adds. */
export function fontsOf(): Promise<Fonts> {
  fonts ??= readFonts(leaderboard.fonts);
  return fonts;
}

let renderer: Promise<Renderer> | undefined;
/** Characters that the build has said no font has. */
const said = new Set<string>();

/**
 * A picture as a PNG. Characters that no font has are left out in sight, and the build says which.
 *
 * @param scale pixels to a unit of the drawing
 */
export async function pngFile(picture: Shape, scale: number): Promise<Buffer> {
  const fonts = await fontsOf();
  renderer ??= openRenderer(fonts, process.env.PICTURES_CACHE ?? CACHE);
  const { shape, missing } = withoutMissing(picture, fonts);
  const unsaid = missing.filter((c) => !said.has(c));
  for (const c of unsaid) said.add(c);
  if (unsaid.length > 0) {
    console.warn(
      `Pictures: no font has ${unsaid.join(" ")}, so PNG files show … instead. ` +
        'Name font files that have them in "fonts" of the leaderboard\'s config.',
    );
  }
  return (await renderer).png(toMarkup(shape), scale);
}
