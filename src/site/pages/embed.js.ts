import type { APIRoute } from "astro";
import ts from "typescript";
import { pageAt } from "../../core/view/address.ts";
import source from "../embed/host.ts?raw";

/**
 * `/embed.js`: an address that never changes, for other people's pages. The source without types and
 * comments, otherwise as it is written, so that who puts it into a page can read what it does.
 */
export const GET: APIRoute = () => {
  const index = `const INDEX = ${JSON.stringify(pageAt("/").slice(1))};`;
  const { outputText } = ts.transpileModule(source.replace('const INDEX = "";', index), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.None,
      removeComments: true,
    },
  });
  return new Response(outputText, { headers: { "content-type": "text/javascript" } });
};
