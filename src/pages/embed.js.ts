import type { APIRoute } from "astro";
import ts from "typescript";
import source from "../embed/host.ts?raw";

/**
 * `/embed.js`: an address that never changes, for other people's pages. The source without types and
 * comments, otherwise as it is written, so that who puts it into a page can read what it does.
 */
export const GET: APIRoute = () => {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.None,
      removeComments: true,
    },
  });
  return new Response(outputText, { headers: { "content-type": "text/javascript" } });
};
