/** The built site on a slow link: some files come in small pieces, and wait at a gate. */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export interface Slow {
  url: string;
  /** Which files are slow from now on, by their path; none. */
  slow(files: RegExp | null): void;
  close(): Promise<void>;
}

/** Pieces that a slow file comes in, and milliseconds between them. */
const PIECES = 12;
const PAUSE = 250;

/** Passes requests on to the site at `origin`. */
export async function slowLink(origin: string): Promise<Slow> {
  let slow: RegExp | null = null;
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "";
    const onward = request(`${origin}${path}`, { headers: incoming.headers }, async (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!slow?.test(path)) {
        answer.pipe(outgoing);
        return;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const whole = Buffer.concat(chunks);
      for (let i = 0; i < PIECES; i++) {
        const [from, to] = [i, i + 1].map((n) => Math.round((n / PIECES) * whole.length));
        outgoing.write(whole.subarray(from, to));
        await wait(PAUSE);
      }
      outgoing.end();
    });
    onward.on("error", () => outgoing.destroy());
    onward.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    slow(files) {
      slow = files;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
