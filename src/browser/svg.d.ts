import type { Shape } from "../core/charts/svg.ts";
/** The shape as an element of the page; text goes in as text. */
export declare function toElement(s: Shape): SVGElement;
