/**
 * Evaluates the part of GitHub's expressions that the workflows use: literals, names with dots,
 * `!`, `==`, `!=`, `&&`, `||`, brackets and status functions
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/expressions).
 */
export function evaluate(expression: string, context: Context): Value {
  const tokens = expression.match(TOKEN) ?? [];
  if (tokens.join("") !== expression.replace(/\s+(?=(?:[^']*'[^']*')*[^']*$)/g, "")) {
    throw new Error(`not understood: ${expression}`);
  }
  let next = 0;
  const take = (token: string) => tokens[next] === token && ++next > 0;
  const or = (): Value => {
    let value = and();
    while (take("||")) {
      const other = and();
      value = isTrue(value) ? value : other;
    }
    return value;
  };
  const and = (): Value => {
    let value = equality();
    while (take("&&")) {
      const other = equality();
      value = isTrue(value) ? other : value;
    }
    return value;
  };
  const equality = (): Value => {
    let value = unary();
    for (;;) {
      if (take("==")) value = isEqual(value, unary());
      else if (take("!=")) value = !isEqual(value, unary());
      else return value;
    }
  };
  const unary = (): Value => {
    if (take("!")) return !isTrue(unary());
    if (take("(")) {
      const value = or();
      if (!take(")")) throw new Error(`a bracket is missing: ${expression}`);
      return value;
    }
    const token = tokens[next++] ?? "";
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (token === "true" || token === "false") return token === "true";
    if (token.endsWith("()")) return context.status(token.slice(0, -2));
    return lookUp(context.values, token);
  };
  const value = or();
  if (next < tokens.length) throw new Error(`too much: ${expression}`);
  return value;
}

export type Value = string | boolean | null;

export interface Context {
  /** What names stand for: `{ github: { event_name: "push" } }`. */
  values: Record<string, unknown>;
  /** Of `success`, `always`, `failure`, `cancelled`. */
  status: (name: string) => boolean;
}

const TOKEN =
  /'(?:[^']|'')*'|\|\||&&|==|!=|!|\(|\)(?!\()|(?:success|always|failure|cancelled)\(\)|[A-Za-z_][\w-]*(?:\.[\w-]+)*/g;

/** What is not there is null. */
function lookUp(values: Record<string, unknown>, name: string): Value {
  let value: unknown = values;
  for (const part of name.split(".")) value = (value as Record<string, unknown> | null)?.[part];
  if (typeof value === "object" && value !== null) throw new Error(`${name} is no single value`);
  return (value ?? null) as Value;
}

export function isTrue(value: Value): boolean {
  return value !== null && value !== false && value !== "";
}

/** Values of different kinds are compared as numbers: nothing is 0, and so is '0'. */
function isEqual(a: Value, b: Value): boolean {
  if (typeof a === "string" && typeof b === "string") return a.toLowerCase() === b.toLowerCase();
  return typeof a === typeof b ? a === b : Number(a) === Number(b);
}

/** Replaces every `${{ … }}` of a text. */
export function fill(text: string, context: Context): string {
  return text.replace(/\$\{\{(.*?)\}\}/g, (_, inner: string) => {
    const value = evaluate(inner.trim(), context);
    return value === null ? "" : String(value);
  });
}
