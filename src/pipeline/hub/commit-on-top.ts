import { type CommitOperation, commit } from "@huggingface/hub";
import { sha1 } from "../../core/records/listing.ts";
import { UserError } from "../../core/records/user-error.ts";
import { Fault } from "../net/patience.ts";
import { readable } from "./answer.ts";
import type { Hub } from "./connection.ts";
import { commitOf } from "./pull.ts";
import { explainRefusal, Refusal } from "./refusal.ts";

/** Others may commit in between so often before we give up. */
const CONFLICTS = 20;

/** Milliseconds: the longest wait after a conflict, of which a random part is waited. */
const AFTER_CONFLICT = 1000;

/** A change to files of a dataset. */
export interface CommitOnTop {
  /** `OWNER/NAME`. */
  dataset: string;
  /** Of the commit. */
  title: string;
  /** A file that a refusal is about. */
  path?: string;
  /**
   * What is to be written over the files as they are at a commit, `null` for one that is to go: nothing
   * where nothing is to be done. It is asked again whenever somebody has committed in between.
   *
   * @param unsure whether it may be that the last change was made, and only the answer was lost
   */
  change: (head: string, unsure: boolean) => Promise<ReadonlyMap<string, string | null>>;
}

/**
 * Changes files of a dataset by a commit on top of the very commit that they were read from: should
 * somebody commit in between, the Hub refuses (412), and the change is made anew. So of several who
 * change files each sees what the others made of them.
 *
 * @returns the commit that has it
 * @throws UserError where the Hub refuses, does not answer, or others never stop committing
 */
export async function commitOnTop(hub: Hub, wanted: CommitOnTop): Promise<string> {
  const { dataset, path } = wanted;
  try {
    return await tryToCommit(hub, wanted);
  } catch (error) {
    if (error instanceof Refusal) {
      const asked = { type: "dataset", name: dataset, rev: "main", action: "write" } as const;
      throw await explainRefusal(hub, error, { ...asked, ...(path !== undefined && { path }) });
    }
    if (error instanceof Fault) {
      throw new UserError(`The Hub did not take the commit to ${dataset}: ${error.message}.`);
    }
    throw error;
  }
}

async function tryToCommit(hub: Hub, { dataset, title, change }: CommitOnTop): Promise<string> {
  let unsure = false;
  let faults = 0;
  for (let conflicts = 0; conflicts < CONFLICTS; ) {
    const head = await commitOf(hub, dataset, "main");
    const files = await change(head, unsure);
    if (files.size === 0) return head;
    try {
      return await readable(hub, `a commit to ${dataset}`, () =>
        send(hub, dataset, title, files, head),
      );
    } catch (error) {
      if (error instanceof Refusal && (error.status === 412 || error.status === 409)) {
        conflicts++;
        await hub.patience.clock.sleep(Math.random() * AFTER_CONFLICT, hub.patience.signal);
        continue;
      }
      if (!(error instanceof Fault) || faults >= CONFLICTS) throw error;
      unsure = true;
      await hub.patience.wait(error, faults++, `the commit to ${dataset}`);
    }
  }
  throw new UserError(
    `Others committed to ${dataset} ${CONFLICTS} times in between: try again when it is quieter.`,
  );
}

async function send(
  hub: Hub,
  dataset: string,
  title: string,
  files: ReadonlyMap<string, string | null>,
  head: string,
): Promise<string> {
  const operations = [...files].map(
    ([path, text]): CommitOperation =>
      text === null
        ? { operation: "delete", path }
        : { operation: "addOrUpdate", path, content: new Blob([text]) },
  );
  const done = await commit({
    ...hub.client,
    repo: { type: "dataset", name: dataset },
    title,
    operations,
    branch: "main",
    parentCommit: head,
    useXet: false,
  });
  const checked = sha1.safeParse(done?.commit.oid);
  // Whether it was made all the same, the next look shows.
  if (!checked.success) throw new Fault("odd", "an answer to a commit that names none");
  return checked.data;
}
