// publish-site DIR: a built site into a dataset, in one commit. What a host of files does when it is given a site.
import { run } from "../../src/pipeline/commands/terminal.ts";
import { connect } from "../../src/pipeline/hub/hub.ts";
import { publish } from "../../src/pipeline/hub/publish.ts";

await run(async () => {
  const [folder] = process.argv.slice(2);
  const hub = await connect();
  const { commit } = await publish(hub, {
    dataset: "synthetic/site",
    folder: folder!,
    mirror: true,
    title: "Publish the site",
  });
  console.log(commit);
});
