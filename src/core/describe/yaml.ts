import { stringify } from "yaml";

/**
 * YAML that means the same to readers of YAML 1.1 (Python's, the Hub's) and 1.2: the text `no` or
 * `2025-03-13` is quoted. Lines are not folded, and nothing is said by reference.
 */
export function yaml(content: unknown): string {
  return stringify(content, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });
}
