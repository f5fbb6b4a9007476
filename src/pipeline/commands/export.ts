import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type EeeRecord, type Evaluated, recordOf } from "../../core/describe/every-eval-ever.ts";
import { UserError } from "../../core/records/user-error.ts";
import { count } from "../../core/table/format.ts";
import { typed } from "../installed/typed.ts";
import { evaluatedIn } from "../snapshot/evaluated.ts";
import { snapshotFolder } from "../snapshot/folder.ts";
import { readManifest } from "../snapshot/manifest.ts";
import { uuidOf } from "../snapshot/uuid.ts";
import { putWhole } from "../snapshot/write.ts";
import { loadLeaderboard } from "./configuration.ts";

const FORMAT = "every-eval-ever";

/**
 * `leaderboard export --format every-eval-ever [--tables DIR] [--out DIR] [--organization NAME]`: every
 * evaluation of the tables as a record of Every Eval Ever, `DIR/data/SUITE/DEVELOPER/MODEL/UUID.json`.
 *
 * @throws UserError with a sentence for the person who ran it
 */
export async function exportTables(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      format: { type: "string" },
      tables: { type: "string", default: snapshotFolder },
      out: { type: "string", default: "export" },
      /** Who provides the figures, where that is not what the leaderboard is called. */
      organization: { type: "string" },
    },
  });
  const { format, tables, out, organization } = values;
  if (format !== FORMAT) {
    throw new UserError(`--format: must be ${FORMAT}${format ? `, is ${format}` : ""}.`);
  }
  const [manifest, leaderboard] = [await readManifest(tables), await loadLeaderboard()];
  if (!manifest) {
    throw new UserError(`--tables: there are none in ${tables}. Run ${typed("data")} first.`);
  }
  const publisher = {
    title: manifest.title,
    organization: organization ?? manifest.title,
    homepage: leaderboard.homepage ?? null,
    as_of: manifest.as_of,
  };
  for (const { id } of manifest.suites) {
    const suite = leaderboard.suites.find((s) => s.id === id);
    if (!suite) {
      throw new UserError(
        `--tables: ${tables} is of the suite ${id}, which the configuration does not have. Run ${typed("data")} anew.`,
      );
    }
    const folder = join(out, "data", portable(suite.id));
    await refuseFilled(folder);
    const all = await evaluatedIn(tables, manifest, suite);
    await putWhole(folder, async (half) => {
      for (const evaluated of all) await write(half, evaluated, recordOf(evaluated, publisher));
    });
    console.log(`${suite.name}: ${count(all.length)} records in ${folder}.`);
  }
}

/** What an older export left there would be taken for part of this one. */
async function refuseFilled(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return;
  throw new UserError(`--out: ${folder} has files already. Remove them, or name another folder.`);
}

/** `DEVELOPER/MODEL/UUID.json`, as the repository wants it; a model without owner is in the folder `unknown`. */
async function write(half: string, evaluated: Evaluated, record: EeeRecord): Promise<void> {
  const { developer, name } = record.model_info;
  const folder = join(half, portable(String(developer ?? "unknown")), portable(String(name)));
  const id = uuidOf(`${evaluated.suite.id} ${evaluated.model.eval_id}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${id}.json`), `${JSON.stringify(record, null, 2)}\n`);
}

/** Names that a folder cannot have on every system, or that the repository keeps for itself. */
function portable(name: string): string {
  const isTaken = /^(?:data|con|prn|aux|nul|com[1-9]|lpt[1-9])$/i.test(name.split(".")[0]!);
  return isTaken || name.endsWith(".") ? `${name}_` : name;
}
