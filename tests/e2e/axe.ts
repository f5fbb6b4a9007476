import axeCore, { type AxeResults, type NodeResult, type Result } from "axe-core";
import type { Page } from "playwright-core";

/**
 * Runs axe in the page, whatever its content security policy, and returns one line for each element
 * with a problem of serious or critical impact. Leaves `window.axe` behind. The page must have
 * scripts enabled: without them no timer runs, and axe never ends.
 */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(`${axeCore.source}; undefined`);
  const script = `axe.run(document, { resultTypes: ["violations"] })`;
  const { violations } = await page.evaluate<AxeResults>(script);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap((rule) => rule.nodes.map((node) => describeProblem(rule, node)));
}

function describeProblem({ id, impact, help }: Result, node: NodeResult): string {
  const why = (node.failureSummary ?? "").replace(/\s+/g, " ");
  return `${impact} ${id} at ${node.target.join(" ")}: ${help}. ${why}`;
}
