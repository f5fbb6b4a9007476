/** Parts of a JSON document of which nothing is known. Whatever is not as it should be is absent. */

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field that the document has itself: a file may name one `constructor` or `__proto__`. */
export function field(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function objectIn(value: unknown, name: string): Json | undefined {
  const found = field(value, name);
  return isObject(found) ? found : undefined;
}

export function listIn(value: unknown, name: string): unknown[] | undefined {
  const found = field(value, name);
  return Array.isArray(found) ? found : undefined;
}

/** A text that says something. */
export function textIn(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === "string" && found.trim() !== "" ? found : undefined;
}

export function numberIn(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** A number of things. */
export function countIn(value: unknown, name: string): number | undefined {
  const found = numberIn(value, name);
  return found !== undefined && Number.isSafeInteger(found) && found >= 0 ? found : undefined;
}

/** A copy without the fields that are absent; undefined where none is left. */
export function known<T extends object>(fields: T): T | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return entries.length > 0 ? (Object.fromEntries(entries) as T) : undefined;
}

/** By name, without the names that have nothing; undefined where none has anything. */
export function byName<T>(entries: [string, T | undefined][]): Record<string, T> | undefined {
  return known(Object.fromEntries(entries)) as Record<string, T> | undefined;
}

/** Seconds since 1970 of a time in ISO 8601. */
export function secondsOf(time: string | undefined): number | undefined {
  const seconds = time === undefined ? Number.NaN : Date.parse(time) / 1000;
  return Number.isFinite(seconds) ? seconds : undefined;
}
