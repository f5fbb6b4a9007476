import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { getFrom } from "../../../src/core/queue/get.ts";

async function served(answer: RequestListener) {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const LIMITS = { bytes: 10, seconds: 30 };

test("gives status and bytes, with what headers every request has and the range of this one", async () => {
  const seen: unknown[] = [];
  const address = await served((request, response) => {
    seen.push([request.url, request.headers.authorization, request.headers.range]);
    response.writeHead(206).end("0123456789");
  });
  const get = getFrom(fetch, address, { authorization: "Bearer x" });
  const answer = await get("/a?b=1", { ...LIMITS, range: [2, 11] });
  expect([answer.status, new TextDecoder().decode(answer.body!)]).toEqual([206, "0123456789"]);
  await get("/c", LIMITS);
  expect(seen).toEqual([
    ["/a?b=1", "Bearer x", "bytes=2-11"],
    ["/c", "Bearer x", undefined],
  ]);
});

test("a refusal is an answer", async () => {
  const address = await served((_, response) => response.writeHead(404).end());
  const answer = await getFrom(fetch, address)("/", LIMITS);
  expect([answer.status, answer.body?.length]).toEqual([404, 0]);
});

test("of one byte too many, or of an answer without end, nothing is kept", async () => {
  const long = await served((_, response) => response.end("01234567890"));
  expect((await getFrom(fetch, long)("/", LIMITS)).body).toBeNull();
  const endless = await served((_, response) => {
    const more = (): unknown => !response.destroyed && response.write("x".repeat(65_536), more);
    more();
  });
  expect((await getFrom(fetch, endless)("/", { ...LIMITS, bytes: 1_000_000 })).body).toBeNull();
});

test("a server that says nothing, or begins and stops, is not waited for", async () => {
  const silent = await served(() => {});
  const halting = await served((_, response) => void response.write("x"));
  for (const address of [silent, halting]) {
    const asked = getFrom(fetch, address)("/", { ...LIMITS, seconds: 0.2 });
    await expect(asked).rejects.toMatchObject({ name: "TimeoutError" });
  }
});
