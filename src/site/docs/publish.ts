/** Commands that the page on publishing shows, as they are typed. */

/** A repository on GitHub, or one on the Hub, where the reader has to write the own one. */
export const YOURS = "OWNER/NAME";

/** What `LEADERBOARD_CONFIG` is set to for a leaderboard of one's own. */
export const OWN_CONFIG = "NAME.config.ts";

const GITHUB = "https://api.github.com";

/**
 * Starts the workflow from outside
 * (https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event).
 * `GITHUB_TOKEN` is read where the line runs, so it stands in no line and no history.
 *
 * @param api another address than GitHub's, for tests
 */
export function startWorkflow(repository = YOURS, api = GITHUB): string {
  return [
    `curl --fail-with-body --retry 3 -X POST ${api}/repos/${repository}/actions/workflows/publish.yml/dispatches`,
    '-H "Accept: application/vnd.github+json"',
    '-H "Authorization: Bearer $GITHUB_TOKEN"',
    `-d "{\\"ref\\":\\"main\\"}"`,
  ].join(" ");
}

/** The same as a Job on the Hub, which a webhook can start again. */
export function jobThatStarts(repository = YOURS): string {
  return [
    "read -rs GITHUB_TOKEN && export GITHUB_TOKEN   # paste the token, then Enter",
    "hf jobs run --detach --timeout 5m --secrets GITHUB_TOKEN curlimages/curl \\",
    `  sh -c '${startWorkflow(repository)}'`,
  ].join("\n");
}

/** A daily Job that changes a Space, whereupon it builds itself. */
export function jobThatRebuilds(space = YOURS): string {
  return [
    "hf jobs scheduled run --timeout 10m --secrets HF_TOKEN @daily python:3.13 \\",
    `  sh -c 'pip install -q huggingface_hub && date > refreshed && hf upload ${space} refreshed --repo-type space'`,
  ].join("\n");
}

/** Python that lets changes of datasets start a Job (https://huggingface.co/docs/hub/jobs-webhooks). */
export function webhookOn(datasets: readonly string[]): string {
  return [
    "from huggingface_hub import create_webhook",
    "",
    "create_webhook(",
    '    job_id="…",  # printed by the command above',
    "    watched=[",
    ...datasets.map((name) => `        {"type": "dataset", "name": ${JSON.stringify(name)}},`),
    "    ],",
    '    domains=["repo"],',
    ")",
  ].join("\n");
}

/** How a copy of the project becomes a Space. */
export function uploadSpace(space = YOURS): string {
  return [
    "git clone https://github.com/OWNER/PROJECT space && cd space",
    "cp .github/space/README.md README.md   # then write the Space's name into it",
    `hf upload ${space} . . --repo-type space`,
  ].join("\n");
}

/** The line of a Space's README that builds a leaderboard of one's own, for the first time. */
export function buildOwn(space = YOURS): string {
  return `app_build_command: env LEADERBOARD_CONFIG=${OWN_CONFIG} npm run space -- ${space} --first`;
}

/** Stands for the site's address where none is set. */
const SOMEWHERE = "https://leaderboard.example/";

/** What any machine with a timetable runs. */
export function anywhere(site: string): string {
  const isKnown = new URL(site).hostname !== "localhost";
  const { href, origin, pathname } = new URL(isKnown ? site : SOMEWHERE);
  const place = pathname === "/" ? "" : ` BASE_PATH=${pathname.replace(/\/$/, "")}`;
  return [
    `export LEADERBOARD_CONFIG=${OWN_CONFIG}   # only for a leaderboard of your own`,
    "npm ci",
    `npm run restore -- --from ${href}   # the first time, add --first`,
    "npm run pull -- --prune",
    "npm run data -- --hub          # says changed=true or changed=false; ends with 3 when held back",
    `SITE=${origin}${place} npm run build`,
    `SITE=${origin}${place} npm run check:site`,
  ].join("\n");
}
