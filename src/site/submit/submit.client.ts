import "../../browser/no-eval.ts";
import { takeArrival } from "../../browser/arrival.ts";
import { element } from "../../browser/dom.ts";
import type { Account } from "../../browser/hub-login.ts";
import { loaded } from "../../browser/retry.ts";
import { readSetup } from "../../browser/setup.ts";
import { bindLogin, type Login } from "../login/login.ts";
import type { Checked } from "./check.ts";
import { bindModelSearch } from "./model-search.ts";
import type { FieldName, SubmitSetup } from "./setup.ts";
import { showChecked } from "./show.ts";

const arrival = takeArrival();
const setup = readSetup<SubmitSetup>();
const form = element<HTMLFormElement>("submit-form");
const button = element<HTMLButtonElement>("check");
const status = element("check-status");
const result = element("result");
const send = element<HTMLButtonElement>("send");
const sendStatus = element("send-status");

/** Fields in the order in which they stand. */
const FIELDS: FieldName[] = [
  "model",
  "revision",
  "precision",
  "weight_type",
  "base_model",
  "model_type",
  "use_chat_template",
];

let login: Login | null = null;
/** What the result shows; null where there is none, or something was typed since. */
let checked: Checked | null = null;
/** Of the check that counts. */
let turn = 0;

start();

function start(): void {
  form.hidden = false;
  if (arrival?.kept) restore(arrival.kept.draft);
  for (const id of ["model", "base_model"]) bindModelSearch(id, setup.hub, changed);
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void check();
  });
  send.addEventListener("click", () => void open());
  weightsChanged();
  if (setup.client !== null) {
    login = bindLogin({ hub: setup.hub, client: setup.client }, arrival, {
      draft: () => ({ ...values(), checked: checked ? "yes" : "" }),
      changed: accountChanged,
      failed: (problem) => void loginFailed(problem),
    });
  }
  delete document.documentElement.dataset.asked;
  form.classList.add("ready");
}

function field(name: FieldName): HTMLInputElement | HTMLSelectElement {
  return element<HTMLInputElement | HTMLSelectElement>(name);
}

function values(): Record<FieldName, string> {
  const typedIn = (name: FieldName) => {
    const box = field(name);
    if (box instanceof HTMLInputElement && box.type === "checkbox") return box.checked ? "yes" : "";
    return box.value;
  };
  return Object.fromEntries(FIELDS.map((name) => [name, typedIn(name)])) as Record<
    FieldName,
    string
  >;
}

function restore(draft: Readonly<Record<string, string>>): void {
  for (const name of FIELDS) {
    const box = field(name);
    const value = draft[name];
    if (value === undefined) continue;
    if (box instanceof HTMLInputElement && box.type === "checkbox") box.checked = value === "yes";
    else box.value = value;
  }
}

/** What was found out is of what was typed before. */
function changed(): void {
  turn++;
  checked = null;
  button.disabled = false;
  status.textContent = result.hidden ? "" : "Changed: check it again.";
  result.hidden = true;
  weightsChanged();
}

function weightsChanged(): void {
  element("base-field").hidden = field("weight_type").value === "Original";
}

async function check(): Promise<void> {
  const mine = ++turn;
  button.disabled = true;
  status.textContent = "Asking the Hub …";
  try {
    const checker = await loaded(import("./check.ts"), "The check");
    const read = checker.readForm(values());
    if (mine !== turn) return;
    tell(read.problems ?? {});
    if (read.problems) {
      status.textContent = "Nothing was asked yet: see the fields that are marked.";
      return;
    }
    const found = await checker.check(read.submission, setup, login?.account() ?? null);
    if (mine !== turn) return;
    checked = found;
    status.textContent = "";
    showChecked(found, setup, login?.account() ?? null);
    result.hidden = false;
    element("result-title").focus();
  } catch (error) {
    if (mine === turn) status.textContent = (error as Error).message;
  } finally {
    if (mine === turn) button.disabled = false;
  }
}

/** Says at each field what is wrong with it, and goes to the first. */
function tell(problems: Partial<Record<FieldName, string>>): void {
  for (const name of FIELDS) {
    const said = document.getElementById(`${name}-problem`);
    if (!said) continue;
    const problem = problems[name];
    said.textContent = problem ?? "";
    said.hidden = problem === undefined;
    field(name).toggleAttribute("aria-invalid", false);
    if (problem !== undefined) field(name).setAttribute("aria-invalid", "true");
  }
  const first = FIELDS.find((name) => problems[name] !== undefined);
  if (first) field(first).focus();
}

/** Whether whoever comes back from the Hub had checked what they had typed: they go on where they were. */
const wasChecked = () => arrival?.kept?.draft.checked === "yes";

function accountChanged(account: Account | null): void {
  if (account && (checked || wasChecked())) void check();
  else if (checked) showChecked(checked, setup, account);
}

/** The login's own line is among what the check shows. */
async function loginFailed(problem: string): Promise<void> {
  if (wasChecked()) await check();
  if (result.hidden || element("sending").hidden) status.textContent = problem;
}

async function open(): Promise<void> {
  const account = login?.account();
  if (!account || !checked) return;
  const { submission, title, path, text } = checked;
  send.disabled = true;
  sendStatus.textContent = "Opening the pull request …";
  const client = await loaded(import("../../browser/propose.ts"), "The Hub’s client").catch(
    (error: Error) => {
      sendStatus.textContent = error.message;
    },
  );
  if (!client) {
    send.disabled = false;
    return;
  }
  try {
    const address = await client.propose(setup.hub, account, {
      dataset: setup.requests,
      path,
      text,
      title,
      description: `Asks for an evaluation of ${submission.model} in ${submission.precision}.`,
    });
    done(address);
  } catch (error) {
    const { message, look } = error as InstanceType<typeof client.ProposalError>;
    if (message.startsWith("Your login is over")) login?.over();
    sendStatus.textContent = message;
    if (look) sendStatus.append(" ", linkTo(look, "Your pull requests on the Hub"));
    else send.disabled = false;
  }
}

function linkTo(address: string, text: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = address;
  link.rel = "noopener";
  link.textContent = text;
  return link;
}

function done(address: string): void {
  sendStatus.textContent = "";
  element("sent-link").replaceChildren(linkTo(address, address));
  element("sent").hidden = false;
  element("sending").hidden = true;
  element("sent-title").focus();
}
