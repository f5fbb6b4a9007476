import postcss, { type Rule } from "postcss";
import { colourAttributes, colourOf, hex } from "../../core/charts/colour.ts";
import { STYLES } from "../../core/charts/frame.ts";
import { type Shape, shape } from "../../core/charts/svg.ts";

export type Theme = "light" | "dark";
export const THEMES: readonly Theme[] = ["light", "dark"];

/** What a style sheet says about a drawing: its rules, and the tokens of a theme. */
export interface Styles {
  theme: Theme;
  /** Values by name, such as `--ink`. */
  tokens: ReadonlyMap<string, string>;
  rules: readonly StyleRule[];
}

interface StyleRule {
  /** The selector's compounds, from the outermost to the one that must match the shape itself. */
  compounds: Compound[];
  specificity: number;
  declarations: [property: string, value: string][];
}

/** `svg.chart`, `.step.step-2` or `:is(.step, .knot)`. */
interface Compound {
  tag: string | null;
  classes: string[];
  /** Of each of these lists one class must be there. */
  anyOf: string[][];
}

/** Texts of the style sheets that drawings take their looks from. */
export interface Sheets {
  /** The colours, as custom properties of `:root`; where a name stands twice, the later one counts. */
  tokens: string;
  figure: string;
  table: string;
}

/**
 * The site's own style sheets as a drawing outside any page needs them: the same ones that the
 * browser reads, so that no colour is said twice.
 */
export function stylesFrom({ tokens, figure, table }: Sheets, theme: Theme): Styles {
  // Of the table's sheet only its heat scale; its other classes are those of an HTML table.
  const heat = rulesOf(table).filter((r) => /^h\d$/.test(r.compounds[0]?.classes[0] ?? ""));
  return { theme, tokens: tokensOf(tokens, theme), rules: [...rulesOf(figure), ...heat] };
}

/** A token's colour as `#rrggbb`. */
export function tokenColour({ tokens }: Styles, name: string): string {
  return hex(colourOf(substitute(`var(--${name})`, tokens)));
}

/**
 * The shape with what its classes stand for as attributes of its own, and no classes: the same
 * picture without any style sheet.
 */
export function paint(styles: Styles, picture: Shape): Shape {
  return paintWithin(styles, picture, [], styles.tokens);
}

function paintWithin(
  styles: Styles,
  s: Shape,
  ancestors: readonly Shape[],
  inherited: ReadonlyMap<string, string>,
): Shape {
  const declared = cascade(styles.rules, [...ancestors, s]);
  const own = [...declared].filter(([name]) => name.startsWith("--"));
  const values = own.length > 0 ? new Map([...inherited, ...own]) : inherited;
  const { class: _, ...attributes } = s.attributes;
  for (const [property, value] of declared) {
    if (!property.startsWith("--"))
      Object.assign(attributes, attributesFor(s, property, substitute(value, values)));
  }
  const content =
    typeof s.content === "string"
      ? s.content
      : s.content.map((child) => paintWithin(styles, child, [...ancestors, s], values));
  return shape(s.tag, attributes, content);
}

/** Declarations that hold for the last of a line of shapes: of one property the strongest. */
function cascade(rules: readonly StyleRule[], line: readonly Shape[]): Map<string, string> {
  const matching = rules
    .filter((rule) => matches(rule.compounds, line))
    .sort((a, b) => a.specificity - b.specificity);
  return new Map(matching.flatMap((rule) => rule.declarations));
}

function attributesFor(s: Shape, property: string, value: string): Shape["attributes"] {
  if (property === "font") {
    // The shorthand as the charts use it: size and family, the weight as it is by default.
    const [, size, family] = /^([\d.]+)px (.+)$/.exec(value) ?? [];
    if (!size || !family) throw new Error(`Unknown form of font: ${value}`);
    return { "font-size": size, "font-family": family.replaceAll('"', "'") };
  }
  // What is a background in HTML is the fill of a rectangle.
  if (property === "background" && s.tag === "rect") return attributesFor(s, "fill", value);
  if (!STYLES.some((name) => name === property)) return {};
  if (property === "fill" || property === "stroke") return colourAttributes(property, value);
  return { [property]: value.replace(/px$/, "") };
}

/** A value with its `var(…)` replaced, the innermost first. */
function substitute(value: string, tokens: ReadonlyMap<string, string>): string {
  const inner = /var\((--[\w-]+)(?:,\s*([^()]*))?\)/;
  let text = value;
  for (let found = inner.exec(text); found; found = inner.exec(text)) {
    const known = tokens.get(found[1]!) ?? found[2];
    if (known === undefined) throw new Error(`No token ${found[1]} for ${value}`);
    text = text.replace(found[0], known);
  }
  return text;
}

function tokensOf(css: string, theme: Theme): Map<string, string> {
  const tokens = new Map<string, string>();
  const wanted = [":root", `:root[data-theme="${theme}"]`];
  for (const rule of topRules(css)) {
    if (!wanted.includes(rule.selector)) continue;
    rule.walkDecls(/^--/, (d) => {
      tokens.set(d.prop, d.value.replace(/\s+/g, " ").trim());
    });
  }
  return tokens;
}

function rulesOf(css: string): StyleRule[] {
  return topRules(css).flatMap((rule) => {
    const declarations: StyleRule["declarations"] = [];
    rule.walkDecls((d) => {
      declarations.push([d.prop, d.value]);
    });
    return rule.selectors.flatMap((selector) => {
      const compounds = compoundsOf(selector);
      return compounds ? [{ compounds, specificity: specificityOf(compounds), declarations }] : [];
    });
  });
}

/** Rules that hold on every screen: none within `@media`. */
function topRules(css: string): Rule[] {
  return postcss.parse(css).nodes.filter((node) => node.type === "rule");
}

/** Null for selectors that no shape can match: states, attributes, other combinators. */
function compoundsOf(selector: string): Compound[] | null {
  const parts = selector.replace(/,\s+/g, ",").split(/\s+/);
  const compounds = parts.map((part): Compound | null => {
    const whole = /^([a-z]+)?((?:\.[\w-]+|:is\([^()]*\))*)$/.exec(part);
    if (!whole) return null;
    const anyOf = [...whole[2]!.matchAll(/:is\(([^()]*)\)/g)].map((m) =>
      m[1]!.split(",").map((c) => c.slice(1)),
    );
    const classes = [...whole[2]!.replace(/:is\([^()]*\)/g, "").matchAll(/\.([\w-]+)/g)];
    return { tag: whole[1] ?? null, classes: classes.map((m) => m[1]!), anyOf };
  });
  return compounds.includes(null) ? null : (compounds as Compound[]);
}

/** Classes count before tags; no drawing has an id. */
function specificityOf(compounds: readonly Compound[]): number {
  return compounds.reduce(
    (sum, c) => sum + 100 * (c.classes.length + c.anyOf.length) + (c.tag ? 1 : 0),
    0,
  );
}

/** True where the last compound matches the last shape, and the others some of those around it. */
function matches(compounds: readonly Compound[], line: readonly Shape[]): boolean {
  const [last, ...outer] = [...compounds].reverse();
  if (!last || !isOne(last, line.at(-1)!)) return false;
  let at = line.length - 2;
  for (const compound of outer) {
    while (at >= 0 && !isOne(compound, line[at]!)) at--;
    if (at < 0) return false;
    at--;
  }
  return true;
}

function isOne({ tag, classes, anyOf }: Compound, s: Shape): boolean {
  const own = String(s.attributes.class ?? "").split(" ");
  return (
    (tag === null || tag === s.tag) &&
    classes.every((c) => own.includes(c)) &&
    anyOf.every((list) => list.some((c) => own.includes(c)))
  );
}
