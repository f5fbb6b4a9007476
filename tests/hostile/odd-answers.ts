/** Answers that no Hub gives: what stands between may, and so may who wants to do harm. */
import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

export type Answer = (response: ServerResponse) => void;

const body =
  (
    type: string,
    text: string | Buffer,
    headers: Record<string, string> = {},
    status = 200,
  ): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": type, ...headers });
    response.end(text);
  };
const json = (value: unknown, headers?: Record<string, string>) =>
  body("application/json", typeof value === "string" ? value : JSON.stringify(value), headers);

/** Bytes of HTTP as they are, good or not. */
const raw =
  (text: string): Answer =>
  (response) => {
    response.socket!.end(Buffer.from(text, "latin1"));
  };

/** Sends the same again and again, until the other side has had enough. */
function endless(response: ServerResponse, chunk: Buffer | string): void {
  const send = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", send);
  send();
}

const stream =
  (status: number, headers: Record<string, string>, chunk: Buffer | string): Answer =>
  (response) => {
    response.writeHead(status, headers);
    endless(response, chunk);
  };

const MEGABYTE = "x".repeat(1_000_000);
/** A gigabyte of zeros, packed. */
const BOMB = Buffer.concat(Array(50).fill(gzipSync(Buffer.alloc(20_000_000))));
const packed = { "content-encoding": "gzip" };
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

/** Whatever is asked. */
export const ODD_ANSWERS: Record<string, Answer> = {
  "a page": body("text/html", "<!doctype html><title>Log in</title><script>alert(1)</script>"),
  "a page that says it is JSON": json("<html></html>"),
  "nothing at all": body("text/plain", ""),
  "204 with nothing": body("application/json", "", {}, 204),
  null: json(null),
  "an object": json({}),
  "an empty list": json([]),
  "a list of null": json([null]),
  "a list of objects": json([{}]),
  "a list of lists": json([[[]]]),
  "a number": json(7),
  text: json('"text"'),
  true: json(true),
  "an error with 200": json({ error: "no\u001b[2J\0\u202e" }),
  "a prototype": json('{"__proto__":{"id":"x"},"constructor":1}'),
  "wrong kinds": json({ id: 7, sha: {}, likes: "many", cardData: [], tags: {}, siblings: 7 }),
  "a tree that is none": json([{ type: "file", path: 7, size: -1, oid: null }]),
  "a way out": json([{ type: "file", path: "../../etc/passwd", size: 3, oid: "0".repeat(40) }]),
  "a root": json([{ type: "file", path: "/etc/passwd", size: 3, oid: "0".repeat(40) }]),
  "an endless size": json(
    `[{"type":"file","path":"a.json","size":1e999,"oid":"${"0".repeat(40)}"}]`,
  ),
  "an oid that is a path": json([
    { type: "file", path: "a.json", size: 3, oid: "../../../../etc/passwd" },
  ]),
  "a path of controls": json([
    { type: "file", path: "a\0\u001b[2J\n.json", size: 3, oid: "0".repeat(40) },
  ]),
  "a bottomless list": json(nested(200_000)),
  "half of JSON": json('[{"type":"file"'),
  "an endless answer": stream(200, { "content-type": "application/json" }, MEGABYTE),
  "an endless page": stream(200, { "content-type": "text/html" }, MEGABYTE),
  "an endless 404": stream(404, {}, MEGABYTE),
  "an endless 401": stream(401, { "content-type": "application/json" }, MEGABYTE),
  "an endless 500": stream(500, {}, MEGABYTE),
  "a packed bomb": body("application/json", BOMB, packed),
  "a packed bomb of an error": body("application/json", BOMB, packed, 404),
  "what is not packed": body("application/json", "no gzip", packed),
  "a packing that nobody knows": body("application/json", "{}", { "content-encoding": "zip9" }),
  "a redirect to itself": (response) => {
    response.writeHead(302, { location: response.req.url! }).end();
  },
  "a redirect to a file": body("text/plain", "", { location: "file:///etc/passwd" }, 302),
  "a redirect to nowhere": body("text/plain", "", { location: "http://127.0.0.1:1/" }, 302),
  "a redirect that is no address": body("text/plain", "", { location: "http://[" }, 302),
  "a control byte in a header": raw(
    "HTTP/1.1 200 OK\r\nx-error-message: a\0b\r\ncontent-length: 2\r\n\r\n{}",
  ),
  "ESC in the error": raw(
    "HTTP/1.1 404 Not Found\r\nx-error-message: \u009b2J and more\r\ncontent-length: 2\r\n\r\n{}",
  ),
  "a header without end": (response) => {
    const { socket } = response;
    socket!.write("HTTP/1.1 200 OK\r\n");
    const send = () => {
      while (!socket!.destroyed && socket!.write(`x-a: ${"y".repeat(5000)}\r\n`));
    };
    socket!.on("drain", send);
    send();
  },
  "no HTTP": raw("SSH-2.0-OpenSSH_9.2p1\r\n"),
  "two lengths": raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 4\r\n\r\n{}{}"),
  "a length below none": raw("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}"),
  "a status that is none": raw("HTTP/1.1 999 What\r\ncontent-length: 2\r\n\r\n{}"),
  "a wait of a century": body("text/plain", "", { "retry-after": "3153600000" }, 429),
  "a wait that is no number": body("text/plain", "", { "retry-after": "\u00e9-1" }, 429),
  "a link to another host": json([], { link: '<http://127.0.0.1:1/next>; rel="next"' }),
  "a link to itself": (response) => {
    const { req } = response;
    const link = `<http://${req.headers.host}${req.url}>; rel="next"`;
    response.writeHead(200, { "content-type": "application/json", link });
    response.end("[]");
  },
  "a drop a second": (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const dropping = setInterval(() => response.write(" "), 200);
    response.on("close", () => clearInterval(dropping));
  },
};
