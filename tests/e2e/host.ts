/** Somebody else's page, on another origin: what embeds are made for. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Host {
  url: string;
  /** Puts a page there, and says its address. */
  page(body: string, options?: HostPage): string;
  close(): Promise<void>;
}

interface HostPage {
  /** The page's Content-Security-Policy, as a header. */
  policy?: string;
}

/** A server with no page yet. Each page is a plain article with what is given in its body. */
export async function startHost(): Promise<Host> {
  const pages = new Map<string, { html: string; policy?: string }>();
  const server = createServer((request, response) => {
    const page = pages.get((request.url ?? "").split("?")[0]!);
    response.writeHead(page ? 200 : 204, {
      "content-type": "text/html; charset=utf-8",
      ...(page?.policy ? { "content-security-policy": page.policy } : {}),
    });
    response.end(page?.html);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    page(body, { policy } = {}) {
      const path = `/${pages.size}.html`;
      pages.set(path, { html: framed(body), policy });
      return `${url}${path}`;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function framed(body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A blog</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark"></head>
    <body><main><h1>A blog</h1>${body}</main></body></html>`;
}
