import { commit, downloadFile } from "@huggingface/hub";
import { UserError } from "../../core/records/user-error.ts";
import type { Hub } from "../hub/connection.ts";
import { commitOf } from "../hub/pull.ts";
import { explainRefusal, Refusal } from "../hub/refusal.ts";
import { Fault } from "../net/patience.ts";

/** Others may commit in between so often before we give up. */
const CONFLICTS = 20;

/** Milliseconds: the longest wait after a conflict, of which a random part is waited. */
const AFTER_CONFLICT = 1000;

/** A change to one file of a dataset. */
export interface FileChange {
  /** `OWNER/NAME`. */
  dataset: string;
  path: string;
  /** Of the commit. */
  title: string;
  /** The new text for the one that is there; null leaves it. What it throws ends the change. */
  change: (text: string) => string | null;
}

/**
 * Changes one file of a dataset by a commit on top of the very commit that it was read from: should
 * somebody commit in between, the Hub refuses (412), and the file is read again and `change` asked
 * again. So of several who change a file each sees what the others made of it. An answer that is lost
 * on the way does no harm: the next look shows whether the commit was made.
 *
 * @returns the file's text now
 * @throws UserError where the Hub refuses, does not answer, or others never stop committing
 */
export async function changeFile(hub: Hub, change: FileChange): Promise<string> {
  const { dataset, path } = change;
  try {
    return await tryToChange(hub, change);
  } catch (error) {
    if (error instanceof Refusal) {
      const asked = { type: "dataset", name: dataset, rev: "main", path, action: "write" } as const;
      throw await explainRefusal(hub, error, asked);
    }
    if (error instanceof Fault) {
      throw new UserError(`The Hub did not take the commit to ${dataset}: ${error.message}.`);
    }
    throw error;
  }
}

async function tryToChange(hub: Hub, change: FileChange): Promise<string> {
  let sent: string | null = null;
  let faults = 0;
  for (let conflicts = 0; conflicts < CONFLICTS; ) {
    const head = await commitOf(hub, change.dataset, "main");
    const before = await textAt(hub, change, head);
    // Ours, whose answer was lost.
    if (sent !== null && before === sent) return before;
    const text = change.change(before);
    if (text === null || text === before) return before;
    try {
      await send(hub, change, text, head);
      return text;
    } catch (error) {
      if (error instanceof Refusal && (error.status === 412 || error.status === 409)) {
        conflicts++;
        await hub.patience.clock.sleep(Math.random() * AFTER_CONFLICT, hub.patience.signal);
        continue;
      }
      if (!(error instanceof Fault) || faults >= CONFLICTS) throw error;
      sent = text;
      await hub.patience.wait(error, faults++, `the commit to ${change.dataset}`);
    }
  }
  throw new UserError(
    `Others committed to ${change.dataset} ${CONFLICTS} times in between: try again when it is quieter.`,
  );
}

async function textAt(hub: Hub, { dataset, path }: FileChange, head: string): Promise<string> {
  const repo = { type: "dataset" as const, name: dataset };
  const blob = await downloadFile({ ...hub.client, repo, path, revision: head, xet: false });
  if (blob === null) throw new UserError(`${dataset} has no file ${path} any more.`);
  return blob.text();
}

async function send(hub: Hub, { dataset, path, title }: FileChange, text: string, head: string) {
  await commit({
    ...hub.client,
    repo: { type: "dataset", name: dataset },
    title,
    operations: [{ operation: "addOrUpdate", path, content: new Blob([text]) }],
    branch: "main",
    parentCommit: head,
    useXet: false,
  });
}
