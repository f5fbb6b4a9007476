import { expect, test } from "vitest";
import { byteSize, duration } from "../../../src/core/table/format.ts";
import { Progress } from "../../../src/pipeline/hub/progress.ts";

const columns = 63;

function watched(isTTY: boolean) {
  let now = 0;
  let out = "";
  const write = (text: string) => {
    out += text;
  };
  const screen = { write, isTTY, columns };
  const progress = new Progress(screen, () => now);
  return {
    progress,
    pass: (ms: number) => {
      now += ms;
    },
    out: () => {
      const text = out;
      out = "";
      return text;
    },
  };
}

test("in a log, plain lines say how far, how fast and how long", () => {
  const { progress, pass, out } = watched(false);
  progress.listing("o/n", 3000);
  progress.tick();
  expect(out()).toBe("o/n: 3,000 files listed\n");
  progress.start("o/n", 1000, 60_000_000);
  for (let i = 0; i < 100; i++) {
    progress.bytes(60_000);
    progress.file();
  }
  pass(2000);
  progress.tick();
  // 6 MB in 2 s, and 54 MB to go.
  expect(out()).toBe("o/n 100 of 1,000 files, 6.0 MB of 60.0 MB, 3.0 MB/s, 18 s left\n");
  progress.say("The Hub asks for a pause.");
  expect(out()).toBe("The Hub asks for a pause.\n");
});

test("the rate is that of the last seconds, not of all time", () => {
  const { progress, pass, out } = watched(false);
  progress.start("o/n", 2, 100_000_000);
  progress.bytes(50_000_000);
  for (let i = 0; i < 20; i++) {
    pass(1000);
    progress.bytes(1_000_000);
    progress.tick();
  }
  expect(out().trimEnd().split("\n").at(-1)).toBe(
    "o/n 0 of 2 files, 70.0 MB of 100 MB, 1.0 MB/s, 30 s left",
  );
});

test("on a terminal a bar is drawn over itself, never wider than the line, and taken away", () => {
  const { progress, pass, out } = watched(true);
  progress.start("o/n", 4, 400);
  progress.bytes(200);
  pass(1000);
  progress.tick();
  const bar = `${"█".repeat(6)}${"░".repeat(6)}`;
  const text = "0 of 4 files, 200 B of 400 B, 200 B/s, 1 s left";
  expect(`n ${bar} ${text}`.length).toBeLessThan(columns);
  expect(out()).toBe(`\r\x1b[2Kn ${bar} ${text}`);
  progress.clear();
  expect(out()).toBe("\r\x1b[2K");
  progress.clear();
  expect(out()).toBe("");
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [60_000, "60.0 kB"],
  [999_600, "1.0 MB"],
  [2.5e9, "2.5 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(byteSize(bytes)).toBe(text);
});

test.each([
  [0.2, "0 s"],
  [59.4, "59 s"],
  [200, "3 min 20 s"],
  [7300, "2 h 1 min"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
