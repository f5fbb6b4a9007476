import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { createRepo, downloadFile, pathsInfo } from "@huggingface/hub";
import { z } from "zod";
import { sha256OfFile } from "../cache/sha256.ts";
import type { Hub } from "../hub/connection.ts";
import { publish } from "../hub/publish.ts";
import { commitOf } from "../hub/pull.ts";
import { explainRefusal, Refusal } from "../hub/refusal.ts";
import { isSamplesFile, type Output } from "./output.ts";
import { type RunRecord, recordPath } from "./record.ts";

/** Whether the results of a request are in the dataset of results already. */
export async function isUploaded(hub: Hub, dataset: string, model: string, key: string) {
  const path = recordPath(model, key);
  try {
    const revision = await commitOf(hub, dataset, "main");
    const repo = { type: "dataset" as const, name: dataset };
    return (await pathsInfo({ ...hub.client, repo, revision, paths: [path] })).length > 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw await explainRefusal(hub, error, {
      type: "dataset",
      name: dataset,
      path,
      action: "read",
    });
  }
}

/** The dataset of a model's samples: beside the results, as the leaderboard has them. */
export function samplesDataset(results: string, model: string): string {
  return `${results.split("/")[0]}/${model.replace("/", "__")}-details`;
}

/** What an upload is of. */
interface Upload {
  model: string;
  key: string;
  output: Output;
  /** Without the digests of the files. */
  record: RunRecord;
  /** Asked before each commit that is tried: ends the upload, by what it throws, where another has the request. */
  stillOurs: () => Promise<void>;
}

/** Names the samples of a request, beside them: `OWNER__NAME/runner_KEY.json`, in the same commit. */
const indexSchema = z.object({
  schema: z.literal(1),
  request: z.string(),
  files: z.array(z.string()),
});

/**
 * Uploads what a run wrote: first its samples, then, in one commit, its results and the record that
 * says so. What is there already is not sent again. Samples of the same request that another runner left,
 * which ended before it had sent its results, go in the commit that brings these; results of another
 * runner stay, and nothing is sent.
 *
 * @param folder where the upload is put together
 */
export async function upload(
  hub: Hub,
  dataset: string,
  folder: string,
  { model, key, output, record, stillOurs }: Upload,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const [samples, results] = [join(folder, "samples"), join(folder, "results")];
  const place = model.replace("/", "__");
  const index = `${place}/runner_${key}.json`;
  await copyTo(join(samples, place), output.samples);
  await copyTo(join(results, model), output.results);
  const digests = [...output.results, ...output.samples].map(
    async (path) => [basename(path), await sha256OfFile(path)] as const,
  );
  const whole = { ...record, sha256: Object.fromEntries(await Promise.all(digests)) };
  await writeFile(join(results, recordPath(model, key)), `${JSON.stringify(whole, null, 2)}\n`);
  if (output.samples.length > 0) {
    const details = samplesDataset(dataset, model);
    const files = output.samples.map((path) => basename(path)).sort();
    const told: z.infer<typeof indexSchema> = { schema: 1, request: record.request, files };
    await writeFile(join(samples, index), `${JSON.stringify(told, null, 2)}\n`);
    await makeDataset(hub, details);
    await publish(hub, {
      dataset: details,
      folder: samples,
      title: `Samples of ${model}`,
      removing: async (head) => {
        await stillOurs();
        const before = await samplesNamed(hub, details, index, head);
        return before.filter((name) => !files.includes(name)).map((name) => `${place}/${name}`);
      },
    });
  }
  await publish(hub, {
    dataset,
    folder: results,
    title: `Results of ${model}`,
    once: recordPath(model, key),
    removing: async () => {
      await stillOurs();
      return [];
    },
  });
}

/** Names of the samples that an index has at a commit: none where there is no such file, or it is no index. */
async function samplesNamed(hub: Hub, dataset: string, path: string, revision: string) {
  const repo = { type: "dataset" as const, name: dataset };
  try {
    const blob = await downloadFile({ ...hub.client, repo, path, revision, xet: false });
    const { files } = indexSchema.parse(JSON.parse((await blob?.text()) ?? "{}"));
    // Whoever may write there may name anything: only samples ever go.
    return files.filter(isSamplesFile);
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return [];
    if (error instanceof Refusal && error.code === "EntryNotFound") return [];
    throw error;
  }
}

async function copyTo(folder: string, paths: string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const path of paths) await cp(path, join(folder, basename(path)));
}

/**
 * Makes a dataset where there is none. It is private: samples have the benchmarks' questions and
 * answers, some of which may not stand openly on the web. Its owner may open or gate it.
 */
export async function makeDataset(hub: Hub, name: string): Promise<void> {
  try {
    await createRepo({
      ...hub.client,
      repo: { type: "dataset", name },
      visibility: "private",
      // The token goes along in the client's fetch; the client only wants to see one.
      accessToken: "hf_in_fetch",
    });
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return;
    if (!(error instanceof Refusal)) throw error;
    throw await explainRefusal(hub, error, { type: "dataset", name, action: "write" });
  }
}
