import type { HubSettings } from "./settings.ts";

/** Where a static Space's files come from that are no text: its own host answers with a redirect. */
export const SPACE_FILES = "https://*.hf.co";

/** The address that a static Space, `OWNER/NAME`, has as a site of its own. */
export function spaceAddress(space: string): string {
  return `https://${space.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.static.hf.space`;
}

/**
 * Where what a Space built last can be read: in a branch of it, and not at its own address, which
 * shows Markdown as a page. Whether the branch has the built folder or what is in it is documented
 * nowhere: the one or the other is there.
 */
export function builtSpace({ endpoint }: Pick<HubSettings, "endpoint">, space: string): string[] {
  const branch = `${endpoint}/spaces/${space}/resolve/refs%2Fconvert%2Fbuild`;
  return [branch, `${branch}/dist`];
}
