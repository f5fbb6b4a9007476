// A made-up leaderboard whose lists have everything that they may have, hostile texts among it.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import tiny from "../fixtures/tiny-suite.json" with { type: "json" };
import { start } from "../scripts/process.ts";

export const SCRIPT = '</p><script>window.ran = 1</script><img src=x onerror="window.ran = 1">';
/** Hebrew, which runs from right to left, in a text and in a name. */
export const RTL = "הציונים בספק";
export const LONG = "x".repeat(280);

const flag = { suite: tiny.id, link: null };

/** A flag with all there is, one of which little is known, one that was lifted. */
export const FLAGS = [
  {
    ...{
      ...flag,
      model: "made/Full",
      reason: `${RTL} ${SCRIPT}`,
      by: `Ada ${RTL}`,
      at: "2026-03-01",
    },
    link: "https://example.org/talk",
    evidence: ["https://example.org/1", "https://example.org/2"],
    disputes: [
      {
        ...{
          by: "Cy",
          at: "2026-03-02",
          text: `Not so. ${SCRIPT}`,
          link: "https://example.org/cy",
        },
        answer: { by: "Ada", at: "2026-03-04", text: "It stands.", outcome: "upheld" },
      },
      { by: "Di", at: "2026-03-05", text: "Look again." },
    ],
  },
  { ...flag, model: "made/Bare", reason: LONG },
  {
    ...{
      ...flag,
      model: "made/Lifted",
      reason: "Trained on the test.",
      by: "Bo",
      at: "2026-01-02",
    },
    lifted: { by: "Ada", at: "2026-02-03", reason: "Shown to be clean." },
  },
];

export const STARS = [
  "made/Old",
  { model: "made/Star", by: "Ada", at: "2026-02-01", reason: "An official release." },
  {
    ...{ model: "made/Was", by: "Ada", at: "2026-01-01", reason: "Official." },
    ended: { by: "Bo", at: "2026-03-03", reason: "Withdrawn by its makers." },
  },
];

/** Models and what each is made from: a chain, and one over a model that has no row. */
const MODELS: Record<string, string> = {
  "made/Full": "",
  "made/Bare": "",
  "made/Lifted": "",
  "made/Vanished": "",
  "made/Child": "made/Full",
  "made/Grandchild": "made/Child",
  "made/OfLifted": "made/Lifted",
  "made/Old": "elsewhere/Nowhere",
  "made/Star": "",
  "made/Was": "",
};

/** Builds its site in a folder, by the project's own commands; one flag is taken out between two days. */
export async function buildDecisions(folder: string): Promise<string> {
  const [pub, lists] = [join(folder, "public"), join(folder, "curated")];
  for (const path of [pub, lists]) await mkdir(path, { recursive: true });
  await copyFile("public/favicon.svg", join(pub, "favicon.svg"));
  const config = join(folder, "decisions.config.mjs");
  const leaderboard = {
    ...{ title: "Decisions", tagline: "Synthetic models, for tests only", suites: [tiny] },
    ...{ curated: lists, hub: { requests: "made/requests" }, queue: { open: true } },
  };
  await writeFile(config, `export default ${JSON.stringify(leaderboard)};`);
  await writeFile(join(lists, "maintainers-choice.json"), JSON.stringify(STARS));
  const source = join(folder, "models.csv");
  await writeFile(source, await table());
  const env = {
    ...{ LEADERBOARD_CONFIG: config, PUBLIC_DIR: pub, OUT_DIR: join(folder, "dist") },
    PICTURES_CACHE: join(folder, "pictures"),
  };
  const run = async (...[script, args]: Parameters<typeof start>) => {
    expect(await start(script, args, { env }).ended, script).toMatchObject({ code: 0, err: "" });
  };
  const gone = { ...flag, model: "made/Vanished", reason: "Taken out without a word." };
  for (const [day, flags] of [
    ["2026-03-01", [...FLAGS, gone]],
    ["2026-03-06", FLAGS],
  ] as const) {
    await writeFile(join(lists, "flagged.json"), JSON.stringify(flags));
    await run("data", ["--source", source, "--as-of", day]);
  }
  await run("astro", ["build"]);
  return join(folder, "dist");
}

async function table(): Promise<string> {
  const path = "tests/fixtures/tiny/snapshot/kitchen-sense.csv";
  const [head = "", first = ""] = (await readFile(path, "utf8")).split("\n");
  const names = head.split(",");
  const rows = Object.entries(MODELS).map(([model, base]) =>
    first
      .split(",")
      .map((value, i) => ({ model, base_model: base })[names[i]!] ?? value)
      .join(","),
  );
  return `${[head, ...rows].join("\n")}\n`;
}
