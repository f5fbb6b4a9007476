import { downloadFile } from "@huggingface/hub";
import { UserError } from "../../core/records/user-error.ts";
import { commitOnTop } from "../hub/commit-on-top.ts";
import type { Hub } from "../hub/connection.ts";

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
 * Changes one file of a dataset, as `commitOnTop` does it. An answer that is lost on the way does no
 * harm: the next look shows whether the commit was made.
 *
 * @returns the file's text now
 * @throws UserError where the Hub refuses, does not answer, or others never stop committing
 */
export async function changeFile(hub: Hub, change: FileChange): Promise<string> {
  const { dataset, path, title } = change;
  let now = "";
  await commitOnTop(hub, {
    ...{ dataset, path, title },
    change: async (head, unsure) => {
      const before = await textAt(hub, change, head);
      // Ours, whose answer was lost.
      const text = unsure && before === now ? null : change.change(before);
      now = text ?? before;
      return new Map(now === before ? [] : [[path, now]]);
    },
  });
  return now;
}

async function textAt(hub: Hub, { dataset, path }: FileChange, head: string): Promise<string> {
  const repo = { type: "dataset" as const, name: dataset };
  const blob = await downloadFile({ ...hub.client, repo, path, revision: head, xet: false });
  if (blob === null) throw new UserError(`${dataset} has no file ${path} any more.`);
  return blob.text();
}
