import { UserError } from "../../core/records/user-error.ts";

/**
 * Whether a file's path is asked for. Patterns mean what they mean to the Hub's own tools
 * (`hf download --include`, which uses Python's fnmatch): `*` is any text, with `/` too, `?` one
 * character, `[abc]` and `[!abc]` one of a set; a pattern that ends with `/` is a whole folder.
 *
 * @param patterns none: everything is asked for
 */
export function isIncluded(path: string, patterns: readonly string[] | undefined): boolean {
  if (!patterns || patterns.length === 0) return true;
  return patterns.some((pattern) => expressionOf(pattern).test(path));
}

const known = new Map<string, RegExp>();

function expressionOf(pattern: string): RegExp {
  let expression = known.get(pattern);
  if (!expression) {
    const whole = pattern.endsWith("/") ? `${pattern}*` : pattern;
    try {
      expression = new RegExp(`^${whole.replace(TOKEN, translate)}$`, "s");
    } catch {
      throw new UserError(`--include ${pattern}: is no pattern, its brackets hold no set.`);
    }
    known.set(pattern, expression);
  }
  return expression;
}

/** A set in brackets, or any one character. */
const TOKEN = /\[(!?)(\]?[^\]]*)\]|[\s\S]/g;

function translate(token: string, not: string | undefined, set: string | undefined): string {
  if (set) return `[${not ? "^" : ""}${set.replace(/[\\\]^[]/g, "\\$&")}]`;
  if (token === "*") return ".*";
  if (token === "?") return ".";
  return token.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
