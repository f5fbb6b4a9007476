import { Resvg } from "@resvg/resvg-js";
import { round } from "../../core/charts/axis.ts";
import { type Shape, toMarkup } from "../../core/charts/svg.ts";
import { splitModel, variantOf } from "../../core/table/cells.ts";
import { count, formatParams, typeLabel, UNKNOWN } from "../../core/table/format.ts";
import { at, type Grid } from "../../core/table/grid.ts";
import { type CardStyle, modelCard, pageCard } from "../../pipeline/pictures/card.ts";
import { paint, tokenColour } from "../../pipeline/pictures/styles.ts";
import { analysesOf } from "./analyses.ts";
import { type Board, leaderboard, type Site } from "./board.ts";
import { siteFigures } from "./figures.ts";
import { gridOf } from "./grid.ts";
import { chartNamed, fontsOf, pngFile, siteAddress, stylesOf } from "./pictures.ts";
import { hasQueue } from "./queue.ts";

/** The best so many of the main table have a card of their own. */
const BEST = 500;

/** A page's card: what it says, and the chart it shows. */
interface PageCard {
  /** Name of its file, without `.png`. */
  name: string;
  /** The page, and whatever lies below it and has no card of its own. */
  path: string;
  title: string;
  text: string;
  chart?: string;
}

const pages = new WeakMap<Site, PageCard[]>();

/**
 * The cards of all pages that are no model's own, the one for everything else first. A page that is
 * not here has the card of the nearest above it; a new section adds a line.
 */
export function pageCards(site: Site): PageCard[] {
  const known = pages.get(site) ?? listPages(site);
  pages.set(site, known);
  return known;
}

function listPages(site: Site): PageCard[] {
  const [main, archive] = site.boards;
  const models = count(main!.byModel.size);
  return [
    {
      name: "site",
      path: "/",
      title: leaderboard.tagline || leaderboard.title,
      text: `${models} models on ${main!.suite.benchmarks.map((b) => b.name).join(", ")}`,
    },
    ...(archive
      ? [
          {
            name: "archive",
            path: "/archive/",
            title: archive.suite.name,
            text: `The archive: ${count(archive.byModel.size)} models on ${archive.suite.benchmarks.map((b) => b.name).join(", ")}, kept as they were published`,
          },
        ]
      : []),
    {
      name: "compare",
      path: "/compare/",
      title: "Compare models",
      text: "Side by side: scores, differences and whether they are more than noise",
    },
    {
      name: "analysis",
      path: "/analysis/",
      title: "What the scores say",
      text: "Figures you can filter, read as a table, and trace to the SQL that made them",
    },
    ...analysesOf(siteFigures(site), leaderboard).map(({ path, title, figures }) => ({
      name: path.slice(1, -1).replaceAll("/", "-"),
      path,
      title,
      text: "",
      chart: figures[0],
    })),
    ...(hasQueue(site)
      ? [
          {
            name: "queue",
            path: "/queue/",
            title: "The queue",
            text: "Which models are evaluated now, which wait and why there, and how earlier requests ended",
          },
        ]
      : []),
    {
      name: "data",
      path: "/data/",
      title: "Data to take with you",
      text: "Every table as Parquet and CSV, with checksums, sources and snapshots by date",
    },
    {
      name: "sql",
      path: "/sql/",
      title: "Ask in SQL",
      text: "The same tables in your browser: no account, no server, nothing to install",
    },
    {
      name: "docs",
      path: "/docs/",
      title: "How scores are made",
      text: "From answers to points: what is asked, what guessing earns, how the average is formed",
    },
    {
      name: "model",
      path: "/models/",
      title: "A model’s scores",
      text: "Scores, evaluations, history and how to repeat the run",
    },
    {
      name: "404",
      path: "/404.html",
      title: "There is no page here",
      text: "But there is a search that finds models by parts of their names",
    },
  ];
}

/** Address of a page's card on this site, before the base: the model's own where it has one. */
export function cardPath(site: Site, path: string): string {
  const model = /^\/models\/(.+)\/$/.exec(path)?.[1];
  if (model !== undefined && ownCards(site).has(model)) return `/cards/models/${model}.png`;
  const cards = pageCards(site).filter((card) => path.startsWith(card.path));
  const nearest = cards.reduce((a, b) => (b.path.length > a.path.length ? b : a));
  return `/cards/${nearest.name}.png`;
}

const own = new WeakMap<Site, Set<string>>();

/** Models with a card of their own: the maintainers' choice and the best of the main table. */
export function ownCards(site: Site): Set<string> {
  const known = own.get(site);
  if (known) return known;
  const { columns, length } = site.boards[0]!.table;
  const models = new Set<string>();
  for (let row = 0; row < length; row++) {
    const rank = columns.rank?.[row];
    const best = typeof rank === "number" && rank <= BEST;
    if (best || columns.maintainers_choice?.[row] === true)
      models.add(String(columns.model?.[row]));
  }
  own.set(site, models);
  return models;
}

/** A card's SVG. */
async function pageCardShape(site: Site, card: PageCard): Promise<Shape> {
  const style = await cardStyle(site);
  if (!card.chart) return pageCard(card, style);
  const chart = await chartNamed(site, card.chart);
  const figure = cropped(paint(stylesOf("light"), withoutWords(chart.picture)));
  return pageCard({ title: card.title, text: chart.title, figure }, style);
}

/** A model's card, with the figures of its best-placed evaluation. */
export async function modelCardShape(site: Site, model: string): Promise<Shape> {
  const board = site.boards[0]!;
  const { suite, byModel } = board;
  const { grid } = gridOf(board);
  const row = byModel.get(model)![0]!;
  const rank = at(grid, "rank", row);
  const digits = (name: string) => {
    const value = at(grid, name, row);
    return typeof value === "number" ? value.toFixed(2) : UNKNOWN;
  };
  return modelCard(
    {
      ...splitModel(model),
      facts: factsOf(grid, row),
      suite: suite.name,
      rank: rank === null ? null : count(rank as number),
      field: rank === null ? suite.name : `of ${count(rankedOf(board))}`,
      average: digits("average"),
      scores: suite.benchmarks.map((b) => ({
        name: b.name,
        score: at(grid, b.key, row) as number | null,
        text: digits(b.key),
      })),
    },
    await cardStyle(site),
  );
}

/** Evaluations with a rank: those with an average that are not flagged, as on the model's page. */
function rankedOf({ table }: Board): number {
  return (table.columns.rank ?? []).filter((r) => r !== null).length;
}

function factsOf(grid: Grid, row: number): string[] {
  const type = at(grid, "model_type", row) as string | null;
  const params = at(grid, "params_b", row) as number | null;
  const isDoubted = at(grid, "params_doubt", row) !== null;
  return [
    ...(type === null ? [] : [typeLabel(type)]),
    ...(params === null
      ? []
      : [`${formatParams(params)} parameters${isDoubted ? " (doubted)" : ""}`]),
    ...[variantOf(grid, row)].filter(Boolean),
  ];
}

/** Too small to be read on a card; the page has them. */
function withoutWords(s: Shape): Shape {
  if (typeof s.content === "string") return s;
  const kept = s.content.filter((c) => c.tag !== "text" && c.attributes.class !== "legend");
  return { ...s, content: kept.map(withoutWords) };
}

/** The picture without the empty room around what is drawn. */
function cropped(painted: Shape): Shape {
  const box = new Resvg(toMarkup(painted), { font: { loadSystemFonts: false } }).getBBox();
  if (!box) return painted;
  const viewBox = [box.x, box.y, box.width, box.height].map(round).join(" ");
  return { ...painted, attributes: { ...painted.attributes, viewBox } };
}

async function cardStyle(site: Site): Promise<CardStyle> {
  const styles = stylesOf("light");
  const colour = (name: string) => tokenColour(styles, name);
  return {
    brand: leaderboard.title,
    address: siteAddress(),
    asOf: site.manifest.as_of,
    paper: colour("paper"),
    raised: colour("raised"),
    ink: colour("ink"),
    soft: colour("soft"),
    line: colour("line"),
    accent: colour("accent"),
    measure: (await fontsOf()).measure,
  };
}

/** All cards as PNG files, by name; drawing begins at once, on all cores. */
export function drawCards(site: Site): Map<string, Promise<Buffer>> {
  const draw = async (card: Promise<Shape>) => pngFile(await card, 1);
  return new Map([
    ...pageCards(site).map((c) => [c.name, draw(pageCardShape(site, c))] as const),
    ...[...ownCards(site)].map((m) => [`models/${m}`, draw(modelCardShape(site, m))] as const),
  ]);
}
