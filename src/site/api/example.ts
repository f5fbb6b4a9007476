/**
 * JSON as a person reads it: what fits on a line stands on one.
 *
 * @param width characters of a line, without its indent
 */
export function readable(value: unknown, width = 72, indent = ""): string {
  const short = JSON.stringify(value, null, 1)?.replace(/\n\s*/g, " ") ?? "null";
  if (short.length <= width || typeof value !== "object" || value === null) return short;
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((each) => inner + readable(each, width, inner))
    : Object.entries(value).map(
        ([key, each]) => `${inner}${JSON.stringify(key)}: ${readable(each, width, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}
