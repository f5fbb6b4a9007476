// What was published comes back byte by byte or not at all: every file of a site, changed in every way.
import { cp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UserError } from "../../src/core/records/user-error.ts";
import { type Server, serve } from "../../src/pipeline/built/serve.ts";
import { restoreSnapshots } from "../../src/pipeline/snapshot/restore.ts";
import { contentOf, sha256 } from "../pipeline/cache/folder.ts";
import { quickClock } from "../pipeline/net/quick-clock.ts";
import { command, folders } from "../pipeline/snapshot/snapshot.ts";
import { tried } from "./counts.ts";

const fresh = folders();
const DAYS = ["2025-03-20", "2025-04-01"];
let published: string;

beforeAll(async () => {
  published = await fresh();
  for (const day of DAYS) {
    const args = ["--out", join(published, "data/latest"), "--as-of", day];
    const env = { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts" };
    expect(command("data", args, { env }).code).toBe(0);
  }
});

/** What is wrong with a file: null takes it away. */
const CHANGES: Record<string, (bytes: Buffer, other: Buffer) => Buffer | null> = {
  "is gone": () => null,
  "is empty": () => Buffer.alloc(0),
  "is cut off": (bytes) => bytes.subarray(0, bytes.length - 1),
  "has one byte more": (bytes) => Buffer.concat([bytes, Buffer.from(" ")]),
  "has one bit turned": (bytes) => {
    const other = Buffer.from(bytes);
    other[other.length >> 1]! ^= 1;
    return other;
  },
  "is as long, of zeros": (bytes) => Buffer.alloc(bytes.length),
  "is a page": () => Buffer.from("<!doctype html><script>alert(1)</script>"),
  "is that of the other day": (_, other) => other,
};

let forged = 0;
afterAll(() =>
  tried(
    "forgeries of a published site",
    forged,
    `${Object.keys(CHANGES).length} changes of every file, and of what the lists say; none came in`,
  ),
);

/** What a restore makes of a copy of the site that was changed; it must leave nothing where it refuses. */
async function restoreOf(change: (site: string) => Promise<void>): Promise<unknown> {
  const site = await fresh();
  await cp(published, site, { recursive: true });
  await change(site);
  const server: Server = await serve(site);
  const folder = await fresh();
  try {
    const end = await restoreSnapshots([server.url], folder, {
      clock: quickClock(),
      tries: 2,
    }).catch((e) => e);
    // What is in place is a snapshot as it was published, whole; nothing half, and nothing else.
    for (const name of await readdir(folder)) {
      if (name === "index.json") continue;
      const day = name === "latest" ? DAYS[1]! : name;
      expect(await contentOf(join(folder, name))).toEqual(
        await contentOf(join(published, "data", day)),
      );
    }
    return end;
  } finally {
    await server.close();
    await Promise.all([rm(site, { recursive: true }), rm(folder, { recursive: true })]);
  }
}

test.each(Object.entries(CHANGES))(
  "a file that %s",
  async (_, change) => {
    for (const [i, day] of DAYS.entries()) {
      for (const name of await readdir(join(published, "data", day))) {
        const bytes = await readFile(join(published, "data", day, name));
        const other = await readFile(join(published, "data", DAYS[1 - i]!, name));
        const changed = change(bytes, other);
        if (changed?.equals(bytes)) continue;
        const end = await restoreOf(async (site) => {
          const path = join(site, "data", day, name);
          if (changed) await writeFile(path, changed);
          else await rm(path);
        });
        expect([day, name, end]).toEqual([day, name, expect.any(UserError)]);
        expect((end as Error).message).toContain(`${day}/${name}`);
        forged++;
      }
    }
  },
  240_000,
);

/** What a manifest may say of a file that is not so; the index names the manifest's digest, and is forged too. */
const CLAIMS: Record<string, (file: Record<string, unknown>) => unknown> = {
  "no bytes": (file) => ({ ...file, bytes: undefined }),
  "fewer bytes": (file) => ({ ...file, bytes: 1 }),
  "bytes below none": (file) => ({ ...file, bytes: -1 }),
  "endless bytes": (file) => ({ ...file, bytes: 1e300 }),
  "a terabyte": (file) => ({ ...file, bytes: 1e12, sha256: "0".repeat(64) }),
  "another digest": (file) => ({ ...file, sha256: "0".repeat(64) }),
  "a digest that is none": (file) => ({ ...file, sha256: "../../x" }),
  nothing: () => null,
  text: () => "x",
};
/** Names that lead elsewhere, or would be something else on the disk. */
const NAMES = [
  "../../../x.csv",
  "/etc/x.csv",
  "a/b.csv",
  "..",
  "x.csv\0.csv",
  "x.html",
  ".htaccess",
  "CON.csv ",
  "manifest.json",
  "\u202evsc.x",
];

test("a manifest that says what is not so of a file, or names what is none", async () => {
  const forge = (change: (files: Record<string, Record<string, unknown>>) => object) =>
    restoreOf(async (site) => {
      const path = join(site, "data", DAYS[1]!, "manifest.json");
      const before = await readFile(path, "utf8");
      const manifest = JSON.parse(before);
      const after = JSON.stringify({ ...manifest, files: change(manifest.files) });
      await writeFile(path, after);
      const index = join(site, "data/index.json");
      await writeFile(
        index,
        (await readFile(index, "utf8")).replace(sha256(before), sha256(after)),
      );
    });
  for (const [what, claim] of Object.entries(CLAIMS)) {
    const end = await forge((files) => ({
      ...files,
      "scores.parquet": claim(files["scores.parquet"]!),
    }));
    expect([what, end]).toEqual([what, expect.any(UserError)]);
    forged++;
  }
  for (const name of NAMES) {
    const end = await forge((files) => ({ ...files, [name]: files["models.csv"]! }));
    expect([name, end]).toEqual([name, expect.any(UserError)]);
    forged++;
  }
});

test("a file that is a link out of the site is not served", async () => {
  const outside = join(await fresh(), "secret.parquet");
  await writeFile(outside, "secret");
  const end = await restoreOf(async (site) => {
    const path = join(site, "data", DAYS[1]!, "scores.parquet");
    await rm(path);
    await symlink(outside, path);
  });
  expect(String(end)).toMatch(/scores\.parquet (is missing|is not what)/);
  forged++;
});
