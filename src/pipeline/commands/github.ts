import { appendFile } from "node:fs/promises";

/**
 * Tells a workflow of GitHub Actions a value, as `steps.ID.outputs.NAME`
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands).
 * Elsewhere nothing happens.
 */
export function output(name: string, value: boolean): Promise<void> {
  return append(process.env.GITHUB_OUTPUT, `${name}=${value}\n`);
}

/** Adds Markdown to the page that GitHub Actions shows of a run. Elsewhere nothing happens. */
export function note(markdown: string): Promise<void> {
  return append(process.env.GITHUB_STEP_SUMMARY, `${markdown}\n`);
}

/** Text of others in Markdown: a block of code, in which nothing means anything. */
export function quoted(text: string): string {
  return text.replace(/^/gm, "    ");
}

async function append(file: string | undefined, text: string): Promise<void> {
  if (file) await appendFile(file, text);
}
