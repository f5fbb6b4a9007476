/**
 * A static file server that answers the way GitHub Pages does, so that what works here works there.
 * Used by `npm start`, the browser tests and the benches.
 *
 * It differs from Pages in two ways: responses are always revalidated (Pages lets a browser keep
 * them for ten minutes, which would hide a rebuild), and `/page` does not find `/page.html`.
 */
import { createReadStream, type Stats } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

export type ServeOptions = {
  /** 0, the default, picks a free port. */
  port?: number;
  /** The address to listen on. The default is reachable from this machine only. */
  host?: string;
  /** Print one line for each answered request. */
  log?: boolean;
  /** Milliseconds to wait before answering each request, to imitate a slow network. */
  delay?: number;
  /** Path that the folder is served under, as `/leaderboard`. Default: the root. */
  base?: string;
  /** Whether `/folder/` is its `index.html`; false imitates a host that knows only files. Default true. */
  indexes?: boolean;
};

export type Server = {
  /** The origin, without a slash at the end. */
  url: string;
  port: number;
  /** Stops listening and cuts open connections; may be called again. */
  close(): Promise<void>;
};

/** A file inside the served folder. `path` is real: no symlinks are left in it. */
type File = { path: string; stats: Stats };

/** What a URL path names in the served folder. A redirect is a directory without its slash. */
type Found = { file: File } | { redirect: string } | undefined;

/** The folder that is served, and where: `base` has no slash at its end. */
type Place = { root: string; base: string; indexes: boolean };

type Gzip = (file: File) => Promise<Buffer>;

/** `size` is the length of the whole file, whatever part of it is asked for. */
type Range = { start: number; end: number; size: number };

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".gz": "application/gzip",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".parquet": "application/vnd.apache.parquet",
  ".png": "image/png",
  ".svg": "image/svg+xml; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".woff2": "font/woff2",
  ".xml": "application/xml; charset=utf-8",
};

const compress = promisify(gzip);

/** Serves `dir` until closed. Rejects if the folder is missing or the port is taken. */
export async function serve(dir: string, options: ServeOptions = {}): Promise<Server> {
  const root = await realpath(dir);
  const host = options.host ?? "127.0.0.1";
  const place: Place = {
    root,
    base: (options.base ?? "").replace(/\/$/, ""),
    indexes: options.indexes ?? true,
  };
  const zip = gzipCache();
  const server = createServer(async (request, response) => {
    if (options.log) logWhenDone(request, response);
    if (options.delay) await wait(options.delay);
    await answer(place, zip, request, response).catch(() => fail(response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`, port, close };
}

async function answer(
  place: Place,
  zip: Gzip,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return sendText(response, 405, "Method not allowed", { Allow: "GET, HEAD" });
  }
  const target = parseTarget(request.url ?? "");
  if (!target) return sendText(response, 400, "Bad request");
  const found = await findUnder(place, target.path);
  if (!found) return sendMissing(place.root, zip, request, response);
  if ("redirect" in found) {
    const location = place.base + found.redirect + target.query;
    return sendText(response, 301, "Moved permanently", { Location: location });
  }
  await sendFile(found.file, zip, request, response);
}

/** Splits and decodes a request target; undefined when it is malformed or holds a NUL. */
function parseTarget(target: string): { path: string; query: string } | undefined {
  const mark = target.indexOf("?");
  const [path, query] = mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark)];
  try {
    const decoded = decodeURIComponent(path);
    if (!decoded.startsWith("/") || decoded.includes("\0")) return undefined;
    return { path: decoded, query };
  } catch {
    return undefined;
  }
}

/** What a request's path names: below the base, and folders only where those have a page. */
async function findUnder({ root, base, indexes }: Place, path: string): Promise<Found> {
  if (!path.startsWith(`${base}/`)) return undefined;
  const rest = path.slice(base.length);
  const found = await find(root, rest);
  const isFolder = rest.endsWith("/") || (found && "redirect" in found);
  return indexes || rest === "/" || !isFolder ? found : undefined;
}

/** What is outside `root`, by `..` or by a symlink, is not found, whether it exists or not. */
async function find(root: string, path: string): Promise<Found> {
  const wanted = join(root, path);
  const file = await statInside(root, wanted);
  if (file?.stats.isFile()) return { file };
  if (!file?.stats.isDirectory()) return undefined;
  if (!path.endsWith("/")) return { redirect: folderUrl(root, wanted) };
  const index = await statInside(root, join(wanted, "index.html"));
  return index?.stats.isFile() ? { file: index } : undefined;
}

async function statInside(root: string, wanted: string): Promise<File | undefined> {
  try {
    const path = await realpath(wanted);
    if (path !== root && !path.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
    return { path, stats: await stat(path) };
  } catch {
    return undefined;
  }
}

/** Built from the folder, not from the request, whose `//name` would lead to another host. */
function folderUrl(root: string, folder: string): string {
  const path = relative(root, folder);
  return path === "" ? "/" : `/${path.split(sep).map(encodeURIComponent).join("/")}/`;
}

async function sendMissing(
  root: string,
  zip: Gzip,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const found = await find(root, "/404.html");
  if (!found || !("file" in found)) return sendText(response, 404, "Not found");
  const { headers, zipped } = describe(found.file, request);
  await sendBody(response, 404, headers, found.file, zipped ? zip : undefined);
}

async function sendFile(
  file: File,
  zip: Gzip,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers, etag, zipped } = describe(file, request);
  headers.ETag = etag;
  if (matches(request.headers["if-none-match"], etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  if (zipped) return sendBody(response, 200, headers, file, zip);
  headers["Accept-Ranges"] = "bytes";
  const range = parseRange(request, file.stats.size, etag);
  if (range === "unsatisfiable") {
    const contentRange = `bytes */${file.stats.size}`;
    return sendText(response, 416, "Range not satisfiable", { "Content-Range": contentRange });
  }
  await sendBody(response, range ? 206 : 200, headers, file, undefined, range);
}

/** The headers that do not depend on the status, and whether the body is to be compressed. */
function describe(
  file: File,
  request: IncomingMessage,
): { headers: OutgoingHttpHeaders; etag: string; zipped: boolean } {
  const type = TYPES[extname(file.path).toLowerCase()] ?? "application/octet-stream";
  const headers: OutgoingHttpHeaders = { "Content-Type": type, "Cache-Control": "no-cache" };
  const compressible = type.includes("charset=utf-8") || type === "application/wasm";
  const zipped = compressible && acceptsGzip(request.headers["accept-encoding"]);
  if (compressible) headers.Vary = "Accept-Encoding";
  const { size, mtimeMs } = file.stats;
  const version = `${size.toString(16)}-${Math.trunc(mtimeMs * 1000).toString(16)}`;
  return { headers, etag: zipped ? `"${version}-gzip"` : `"${version}"`, zipped };
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  const codings = String(header ?? "")
    .toLowerCase()
    .replaceAll(" ", "")
    .split(",");
  return codings.some((coding) => {
    const [name, weight = "q=1"] = coding.split(";");
    return name === "gzip" && Number(weight.replace("q=", "")) > 0;
  });
}

function matches(header: string | undefined, etag: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

/**
 * The one range a request asks for. Undefined, meaning the whole file, when it asks for none,
 * for several, or for part of another version. HEAD counts too: DuckDB learns from the 206 to a
 * HEAD that it may read a file in parts.
 */
function parseRange(
  request: IncomingMessage,
  size: number,
  etag: string,
): Range | "unsatisfiable" | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  if ((request.headers["if-range"] ?? etag) !== etag) return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(size - 1, Number(last));
  return start > end ? "unsatisfiable" : { start, end, size };
}

/** Sends a file or its range; compressed when `zip` is given. Node drops the body for HEAD. */
async function sendBody(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  file: File,
  zip?: Gzip,
  range?: Range,
): Promise<void> {
  if (zip) {
    const bytes = await zip(file);
    headers["Content-Encoding"] = "gzip";
    headers["Content-Length"] = bytes.length;
    response.writeHead(status, headers).end(bytes);
    return;
  }
  const { size } = file.stats;
  if (range) headers["Content-Range"] = `bytes ${range.start}-${range.end}/${size}`;
  headers["Content-Length"] = range ? range.end - range.start + 1 : size;
  response.writeHead(status, headers);
  if (response.req.method === "HEAD" || size === 0) response.end();
  else await pipeline(createReadStream(file.path, range), response);
}

function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders = {},
): void {
  const body = `${text}\n`;
  const length = Buffer.byteLength(body);
  response
    .writeHead(status, { "Content-Type": TYPES[".txt"], "Content-Length": length, ...headers })
    .end(body);
}

/** For a file that vanished while it was read, or a client that left. */
function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else sendText(response, 500, "Internal server error");
}

/** Keeps one compressed copy of each file, replaced when the file changes. */
function gzipCache(): Gzip {
  const cache = new Map<string, { mtimeMs: number; bytes: Promise<Buffer> }>();
  return ({ path, stats: { mtimeMs } }) => {
    const cached = cache.get(path);
    if (cached?.mtimeMs === mtimeMs) return cached.bytes;
    const bytes = readFile(path).then((content) => compress(content));
    bytes.catch(() => cache.delete(path));
    cache.set(path, { mtimeMs, bytes });
    return bytes;
  };
}

function logWhenDone(request: IncomingMessage, response: ServerResponse): void {
  const start = performance.now();
  response.once("close", () => {
    const took = Math.round(performance.now() - start);
    console.log(`${request.method} ${request.url} ${response.statusCode} ${took} ms`);
  });
}
