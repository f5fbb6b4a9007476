import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";

const HOME = "<h1>Home</h1>".repeat(50);
const PARQUET = Buffer.from(Array.from({ length: 100 }, (_, index) => index));
const SCRIPT = join(import.meta.dirname, "../../scripts/serve.ts");

type Reply = { status: number; headers: Record<string, string>; body: Buffer };

let temp: string;
let root: string;
let server: Server;

beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), "serve-test-"));
  root = join(temp, "site");
  await mkdir(join(root, "about team"), { recursive: true });
  await mkdir(join(root, "empty"));
  await mkdir(join(temp, "site-private"));
  await writeFile(join(temp, "secret.txt"), "secret");
  await writeFile(join(temp, "site-private/secret.txt"), "secret");
  await writeFile(join(root, "index.html"), HOME);
  await writeFile(join(root, "404.html"), "<h1>No such page</h1>");
  await writeFile(join(root, "about team/index.html"), "<h1>About</h1>");
  await writeFile(join(root, "data.parquet"), PARQUET);
  await writeFile(join(root, "none.txt"), "");
  await symlink(join(temp, "secret.txt"), join(root, "link.txt"));
  await symlink(temp, join(root, "up"));
  await symlink(join(root, "index.html"), join(root, "same.html"));
  server = await serve(root);
});

afterAll(async () => {
  await server.close();
  await rm(temp, { recursive: true });
});

/** Sends the path as it is and does not decompress, both unlike fetch. */
function get(
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
  port = server.port,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, headers, method }, async (response) => {
      const chunks: Buffer[] = await response.toArray();
      const body = Buffer.concat(chunks);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers as Reply["headers"],
        body,
      });
    });
    sent.on("error", reject).end();
  });
}

/** The whole answer to a request line that an HTTP client might refuse to send. */
async function raw(target: string): Promise<string> {
  const socket = connect(server.port, "127.0.0.1");
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const chunks: Buffer[] = await socket.toArray();
  return Buffer.concat(chunks).toString();
}

describe("pages", () => {
  it("serves the index of a directory", async () => {
    const reply = await get("/");
    expect(reply.status).toBe(200);
    expect(reply.body.toString()).toBe(HOME);
    expect((await get("/about%20team/?x=1")).body.toString()).toBe("<h1>About</h1>");
  });

  it("redirects a directory to its slash and keeps the query", async () => {
    const reply = await get("/about%20team?sort=a%20b&x");
    expect(reply.status).toBe(301);
    expect(reply.headers.location).toBe("/about%20team/?sort=a%20b&x");
  });

  it("never redirects to another host", async () => {
    expect((await get("//empty")).headers.location).toBe("/empty/");
    expect((await get("/empty/..")).headers.location).toBe("/");
  });

  it("answers 404.html with status 404 for what is missing", async () => {
    for (const path of ["/missing", "/missing/?q", "/index.html/", "/empty/", "/%5cindex.html"]) {
      const reply = await get(path, { "If-None-Match": "*", Range: "bytes=0-1" });
      expect([path, reply.status]).toEqual([path, 404]);
      expect(reply.body.toString()).toBe("<h1>No such page</h1>");
    }
  });

  it("answers 404 as text where there is no 404.html", async () => {
    const other = await serve(join(root, "empty"));
    const reply = await get("/missing", {}, "GET", other.port);
    await other.close();
    expect([reply.status, reply.body.toString()]).toEqual([404, "Not found\n"]);
  });
});

describe("another place", () => {
  it("is below a path, and nothing beside it", async () => {
    const below = await serve(root, { base: "/repo/" });
    const ask = async (path: string) => {
      const { status, headers } = await fetch(below.url + path, { redirect: "manual" });
      return [status, headers.get("location")];
    };
    expect(await ask("/repo/")).toEqual([200, null]);
    expect(await ask("/repo/about%20team/")).toEqual([200, null]);
    expect(await ask("/repo/about%20team?q=1")).toEqual([301, "/repo/about%20team/?q=1"]);
    for (const path of ["/", "/repo", "/repository/", "/index.html", "/data.parquet"])
      expect(await ask(path)).toEqual([404, null]);
    await below.close();
  });

  it("may know only files", async () => {
    const files = await serve(root, { indexes: false });
    const ask = async (path: string) => (await fetch(files.url + path)).status;
    for (const path of ["/", "/index.html", "/about%20team/index.html", "/data.parquet"])
      expect(await ask(path)).toBe(200);
    for (const path of ["/about%20team/", "/about%20team"]) expect(await ask(path)).toBe(404);
    await files.close();
  });
});

describe("methods", () => {
  it("answers HEAD with the headers of GET and no body", async () => {
    for (const path of ["/", "/data.parquet", "/missing"]) {
      const [head, whole] = [await get(path, {}, "HEAD"), await get(path)];
      expect(head.body).toHaveLength(0);
      expect({ ...head.headers, date: "" }).toEqual({ ...whole.headers, date: "" });
    }
  });

  it("refuses other methods", async () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const reply = await get("/", {}, method);
      expect([reply.status, reply.headers.allow]).toEqual([405, "GET, HEAD"]);
    }
  });
});

describe("content types and compression", () => {
  const types = [
    ["html", "text/html; charset=utf-8", true],
    ["css", "text/css; charset=utf-8", true],
    ["js", "text/javascript; charset=utf-8", true],
    ["json", "application/json; charset=utf-8", true],
    ["csv", "text/csv; charset=utf-8", true],
    ["svg", "image/svg+xml; charset=utf-8", true],
    ["txt", "text/plain; charset=utf-8", true],
    ["xml", "application/xml; charset=utf-8", true],
    ["webmanifest", "application/manifest+json; charset=utf-8", true],
    ["wasm", "application/wasm", true],
    ["parquet", "application/vnd.apache.parquet", false],
    ["png", "image/png", false],
    ["woff2", "font/woff2", false],
    ["csv.gz", "application/gzip", false],
    ["unknown", "application/octet-stream", false],
  ] as const;

  it.each(types)("%s is %s, compressed: %s", async (extension, type, compressed) => {
    const content = "abc ".repeat(100);
    await writeFile(join(root, `type.${extension}`), content);
    const reply = await get(`/type.${extension}`, { "Accept-Encoding": "br, gzip;q=0.5" });
    expect(reply.headers["content-type"]).toBe(type);
    expect(reply.headers["content-encoding"]).toBe(compressed ? "gzip" : undefined);
    expect(reply.headers.vary).toBe(compressed ? "Accept-Encoding" : undefined);
    expect(reply.headers["content-length"]).toBe(String(reply.body.length));
    expect((compressed ? gunzipSync(reply.body) : reply.body).toString()).toBe(content);
  });

  it("does not compress for a client that does not accept it", async () => {
    for (const accept of ["", "identity", "br", "gzip;q=0", "gzip; q=0.000"]) {
      const reply = await get("/", { "Accept-Encoding": accept });
      expect(reply.headers["content-encoding"]).toBeUndefined();
      expect(reply.headers.vary).toBe("Accept-Encoding");
    }
  });

  it("compresses a changed file again", async () => {
    const path = join(root, "changing.txt");
    const read = async () =>
      gunzipSync((await get("/changing.txt", { "Accept-Encoding": "gzip" })).body);
    await writeFile(path, "one");
    expect((await read()).toString()).toBe("one");
    await writeFile(path, "two");
    await utimes(path, 1e9, 1e9);
    expect((await read()).toString()).toBe("two");
  });
});

describe("ETag", () => {
  it("answers 304 to the tag it gave, weak or in a list", async () => {
    const { etag } = (await get("/")).headers;
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const reply = await get("/", { "If-None-Match": header ?? "" });
      expect([reply.status, reply.body.length, reply.headers.etag]).toEqual([304, 0, etag]);
    }
    expect((await get("/", { "If-None-Match": '"other"' })).status).toBe(200);
  });

  it("differs between the compressed and the plain response", async () => {
    const zipped = await get("/", { "Accept-Encoding": "gzip" });
    expect(zipped.headers.etag).not.toBe((await get("/")).headers.etag);
  });

  it("differs after a change", async () => {
    const path = join(root, "tagged.txt");
    await writeFile(path, "one");
    const before = (await get("/tagged.txt")).headers.etag;
    await utimes(path, 1e9, 1e9);
    expect((await get("/tagged.txt")).headers.etag).not.toBe(before);
  });
});

describe("ranges", () => {
  const range = (value: string, more = {}) => get("/data.parquet", { Range: value, ...more });

  it.each([
    ["bytes=0-", 0, 99],
    ["bytes=0-0", 0, 0],
    ["bytes=10-19", 10, 19],
    ["bytes=90-500", 90, 99],
    ["bytes=-8", 92, 99],
    ["bytes=-500", 0, 99],
  ])("%s is %i to %i", async (value, start, end) => {
    const reply = await range(value, { "Accept-Encoding": "gzip" });
    expect(reply.status).toBe(206);
    expect(reply.headers["content-range"]).toBe(`bytes ${start}-${end}/100`);
    expect(reply.headers["content-length"]).toBe(String(end - start + 1));
    expect(reply.body).toEqual(PARQUET.subarray(start, end + 1));
  });

  it.each(["bytes=100-", "bytes=-0"])("%s is not satisfiable", async (value) => {
    const reply = await range(value);
    expect([reply.status, reply.headers["content-range"]]).toEqual([416, "bytes */100"]);
  });

  it.each(["bytes=1-2,4-5", "bytes=5-1", "bytes=-", "rows=1-2", "bytes=a-b"])(
    "%s gives the whole file",
    async (value) => {
      const reply = await range(value);
      expect([reply.status, reply.body.length]).toEqual([200, 100]);
      expect(reply.headers["accept-ranges"]).toBe("bytes");
    },
  );

  it("answers 206 to HEAD, without a body", async () => {
    const reply = await get("/data.parquet", { Range: "bytes=0-" }, "HEAD");
    expect([reply.status, reply.headers["content-length"]]).toEqual([206, "100"]);
    expect(reply.body).toHaveLength(0);
  });

  it("gives the whole file when If-Range names another version", async () => {
    const { etag } = (await get("/data.parquet")).headers;
    expect((await range("bytes=0-9", { "If-Range": etag })).status).toBe(206);
    expect((await range("bytes=0-9", { "If-Range": '"old"' })).status).toBe(200);
  });

  it("applies to text only when it is not compressed", async () => {
    const plain = await get("/", { Range: "bytes=0-3" });
    expect([plain.status, plain.body.toString()]).toEqual([206, "<h1>"]);
    const zipped = await get("/", { Range: "bytes=0-3", "Accept-Encoding": "gzip" });
    expect([zipped.status, gunzipSync(zipped.body).toString()]).toEqual([200, HOME]);
  });

  it("serves an empty file", async () => {
    const reply = await get("/none.txt");
    expect([reply.status, reply.headers["content-length"]]).toEqual([200, "0"]);
  });
});

describe("what is outside the folder", () => {
  it.each([
    "/../secret.txt",
    "/../../../../../../etc/passwd",
    "/%2e%2e/secret.txt",
    "/%2E%2E%2fsecret.txt",
    "/about%20team/..%2f..%2fsecret.txt",
    "/../site-private/secret.txt",
    "/link.txt",
    "/up/secret.txt",
    "//etc/passwd",
    "/..",
    "/up",
  ])("%s is not found", async (target) => {
    const reply = await raw(target);
    expect(reply).toMatch(/^HTTP\/1.1 404 /);
    expect(reply).toContain("No such page");
  });

  it.each(["/%00", "/index.html%00.png", "/%", "/%zz", "/%c3%28", "*", "http://x/", "index.html"])(
    "%s is a bad request",
    async (target) => {
      expect(await raw(target)).toMatch(/^HTTP\/1.1 400 /);
    },
  );

  it("follows a symlink that stays inside", async () => {
    expect(await raw("/same.html")).toMatch(/^HTTP\/1.1 200 /);
    expect(await raw("/about%20team/../index.html")).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe("serve", () => {
  it("rejects when the port is taken or the folder is missing", async () => {
    await expect(serve(root, { port: server.port })).rejects.toThrow("EADDRINUSE");
    await expect(serve(join(temp, "nowhere"))).rejects.toThrow("ENOENT");
  });

  it("closes at once, also with a connection open and a second time", async () => {
    const other = await serve(root);
    const socket = connect(other.port, "127.0.0.1");
    await once(socket, "connect");
    await Promise.all([once(socket, "close"), other.close()]);
    await other.close();
    await expect(get("/", {}, "GET", other.port)).rejects.toThrow("ECONNREFUSED");
  });

  it("waits and logs when asked to", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const other = await serve(root, { log: true, delay: 50 });
    const start = performance.now();
    await get("/?a=1", {}, "GET", other.port);
    expect(performance.now() - start).toBeGreaterThan(45);
    await vi.waitFor(() => expect(log).toHaveBeenCalled());
    expect(log.mock.calls[0]?.[0]).toMatch(/^GET \/\?a=1 200 \d+ ms$/);
    log.mockRestore();
    await other.close();
  });
});

describe("node scripts/serve.ts", () => {
  const run = (args: string[], port: number | string) =>
    spawn(process.execPath, [SCRIPT, ...args], { env: { ...process.env, PORT: String(port) } });

  async function failure(child: ChildProcess): Promise<[number, string]> {
    const printed = child.stderr?.toArray();
    const [code] = await once(child, "exit");
    return [code, Buffer.concat((await printed) ?? []).toString()];
  }

  it.each(["SIGINT", "SIGTERM"] as const)("prints its address and ends on %s", async (signal) => {
    const child = run([root], 0);
    // Port 0 is not what PORT means to a person, but it keeps the test off a taken port.
    const [line] = await once(child.stdout, "data");
    const [, port] = /^http:\/\/localhost:(\d+)\/\n$/.exec(String(line)) ?? [];
    const response = await fetch(`http://localhost:${port}/`);
    expect(await response.text()).toBe(HOME);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("says in one sentence that the port is taken", async () => {
    const other = await serve(root, { host: "localhost" });
    const [code, text] = await failure(run([root], other.port));
    await other.close();
    expect(code).toBe(1);
    expect(text).toMatch(/^Port \d+ is taken: [^\n]+\.\n$/);
  });

  it("says in one sentence that the folder is missing", async () => {
    const [code, text] = await failure(run([join(temp, "nowhere")], 0));
    expect(code).toBe(1);
    expect(text).toMatch(/^There is no folder [^\n]+\.\n$/);
  });
});
