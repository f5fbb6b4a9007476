// What a server may do to one request, and what becomes of it.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { fetchGuarded, readWhole } from "../../../src/pipeline/net/fetch.ts";
import { Fault, Patience } from "../../../src/pipeline/net/patience.ts";

async function serverThat(answers: (response: ServerResponse) => void): Promise<URL> {
  const server = createServer((_, response) => answers(response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file`);
}

class No extends Error {}

function ask(url: URL, patience = new Patience()): Promise<Response> {
  const refusal = ({ status }: Response, said: string) => new No(`${status} ${said}`);
  return fetchGuarded(url, { patience, refusal });
}

test("an answer's bytes are read whole, up to a size", async () => {
  const url = await serverThat((response) => response.end("0123456789"));
  expect(String(await readWhole(await ask(url), 10))).toBe("0123456789");
  expect(await readWhole(await ask(url), 9)).toBeNull();
});

test("an answer without end is not read for ever", async () => {
  const url = await serverThat((response) => {
    const more = (): unknown => response.writable && response.write("x".repeat(10_000), more);
    more();
  });
  expect(await readWhole(await ask(url), 1_000_000)).toBeNull();
});

test.each([404, 503])(
  "an error %i without end is read as far as it can say something",
  async (status) => {
    let sent = 0;
    const url = await serverThat((response) => {
      response.writeHead(status);
      const more = (): unknown => {
        sent += 10_000;
        return response.writable && response.write("no such thing ".repeat(1000), more);
      };
      more();
    });
    const error = (await ask(url).catch((e) => e)) as Error;
    expect(error.message).toMatch(new RegExp(`^${status} no such thing`));
    expect(error.message.length).toBeLessThan(400);
    // What lies in buffers on the way, and no more.
    expect(sent).toBeLessThan(20_000_000);
  },
);

test("an error that unpacks to more than it is, is not unpacked whole", async () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000, "x"));
  const url = await serverThat((response) =>
    response.writeHead(404, { "content-encoding": "gzip" }).end(bomb),
  );
  const before = process.memoryUsage().rss;
  await expect(ask(url)).rejects.toThrow(/^404 xxx/);
  expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
});

test("what may pass says how long the server asks to wait, anything else is a refusal", async () => {
  const busy = await serverThat((response) =>
    response.writeHead(503, { "retry-after": "17" }).end('{"error":"one\\nmoment"}'),
  );
  const fault = await ask(busy).catch((e) => e);
  expect(fault).toBeInstanceOf(Fault);
  expect(fault).toMatchObject({ kind: "503", wait: 17_000, message: "503 one moment" });
  const closed = await serverThat((response) => response.writeHead(403).end("not for you"));
  await expect(ask(closed)).rejects.toThrow(new No("403 not for you"));
});

test("a byte that does not come is waited for so long, and no longer", async () => {
  const url = await serverThat((response) => response.write("half"));
  const response = await ask(url, new Patience({ stall: 200 }));
  await expect(readWhole(response, 100)).rejects.toMatchObject({ kind: "stall" });
});
