/** Channels 0–255, not rounded; alpha 0–1. */
export interface Colour {
  channels: [number, number, number];
  alpha: number;
}

/**
 * A colour in one of the forms that the site's style sheets use, `#rrggbb`, `hsl(H S% L% / A%)` or
 * `color-mix(in srgb, COLOUR P%, COLOUR)`, or that browsers compute from them, `rgb(R, G, B)`,
 * `rgba(R, G, B, A)` or `color(srgb R G B / A)` (CSS Color 4 and 5).
 */
export function colourOf(text: string): Colour {
  const colour = fromHex(text) ?? fromRgb(text) ?? fromHsl(text) ?? fromMix(text);
  if (!colour) throw new Error(`Unknown form of colour: ${text}`);
  return colour;
}

/** `#rrggbb`, without the alpha. */
export function hex({ channels }: Colour): string {
  return `#${channels.map((c) => Math.round(c).toString(16).padStart(2, "0")).join("")}`;
}

/** A fill or stroke as attributes that every SVG reader knows: `#rrggbb` and an opacity. */
export function colourAttributes(property: "fill" | "stroke", text: string) {
  if (text === "none") return { [property]: text };
  const colour = colourOf(text);
  const opacity = Number(colour.alpha.toFixed(4));
  return { [property]: hex(colour), ...(opacity < 1 && { [`${property}-opacity`]: opacity }) };
}

function fromHex(text: string): Colour | null {
  const found = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text);
  if (!found) return null;
  const [r, g, b] = found.slice(1).map((digits) => Number.parseInt(digits, 16));
  return { channels: [r!, g!, b!], alpha: 1 };
}

function fromRgb(text: string): Colour | null {
  const found = /^(rgba?|color)\((?:srgb )?([^)]+)\)$/.exec(text);
  const numbers = found?.[2]?.split(/[\s,/]+/).map(Number) ?? [];
  if (numbers.length < 3 || numbers.some(Number.isNaN)) return null;
  const [r, g, b, alpha = 1] = numbers;
  const unit = found![1] === "color" ? 255 : 1;
  return { channels: [r! * unit, g! * unit, b! * unit], alpha };
}

function fromHsl(text: string): Colour | null {
  const found = /^hsl\(([\d.]+) ([\d.]+)% ([\d.]+)%(?: \/ ([\d.]+)%)?\)$/.exec(text);
  if (!found) return null;
  const [hue, saturation, light] = [
    Number(found[1]),
    Number(found[2]) / 100,
    Number(found[3]) / 100,
  ];
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    const reach = saturation * Math.min(light, 1 - light);
    return 255 * (light - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return {
    channels: [channel(0), channel(8), channel(4)],
    alpha: found[4] === undefined ? 1 : Number(found[4]) / 100,
  };
}

/** Only opaque colours are mixed here. */
function fromMix(text: string): Colour | null {
  const found = /^color-mix\(in srgb, (\S+) ([\d.]+)%, (\S+)\)$/.exec(text);
  if (!found) return null;
  const [a, b, share] = [colourOf(found[1]!), colourOf(found[3]!), Number(found[2]) / 100];
  const mix = (i: 0 | 1 | 2) => a.channels[i] * share + b.channels[i] * (1 - share);
  return { channels: [mix(0), mix(1), mix(2)], alpha: 1 };
}
