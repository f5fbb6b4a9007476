import "../../browser/no-eval.ts";
import { takeArrival } from "../../browser/arrival.ts";
import { element, make } from "../../browser/dom.ts";
import { hubGet } from "../../browser/hub.ts";
import type { Account } from "../../browser/hub-login.ts";
import { type OwnRequest, ownRequests } from "../../browser/own-requests.ts";
import { loaded } from "../../browser/retry.ts";
import { readSetup } from "../../browser/setup.ts";
import { plural } from "../../core/table/format.ts";
import { bindLogin, type Login } from "../login/login.ts";
import type { Change, OwnBallot, Said } from "./ballot.ts";
import { type Choice, keyOf, type VoteSetup } from "./setup.ts";

/** A request that can be voted for. */
interface Row {
  choice: Choice;
  item: HTMLElement;
  button: HTMLButtonElement;
  note: HTMLElement;
}

const NONE: Said = { votes: false, open: null };

const arrival = takeArrival();
const setup = readSetup<VoteSetup>("vote-setup");
const ask = hubGet(setup.hub);
const status = element("ballot-status");
const cast = element<HTMLButtonElement>("cast");
const list = element("own-requests");

const rows = new Map<string, Row>();
/** What is to be sent: the rows whose vote is to become another. */
const changes = new Set<string>();
let own: OwnBallot | null = null;
let login: Login | null = null;
/** Of the account that is asked about. */
let turn = 0;

start();

function start(): void {
  if (setup.votes !== null) {
    for (const item of document.querySelectorAll<HTMLElement>("li[data-vote]")) addButton(item);
  }
  for (const key of draftIn(arrival?.kept?.draft.votes)) if (rows.has(key)) changes.add(key);
  element("yours").hidden = false;
  cast.addEventListener("click", () => void send());
  login = bindLogin({ hub: setup.hub, client: setup.client }, arrival, {
    draft: () => ({ votes: JSON.stringify([...changes]) }),
    changed: (account) => void accountChanged(account),
    // The login's own line says it.
    failed: () => {},
  });
  show();
}

function draftIn(text: string | undefined): string[] {
  try {
    const keys: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [];
  } catch {
    return [];
  }
}

function addButton(item: HTMLElement): void {
  const choice = JSON.parse(item.dataset.vote ?? "") as Choice;
  // Requests that differ in nothing that a vote names have one.
  if (rows.has(keyOf(choice))) return;
  const button = make("button", "vote");
  button.type = "button";
  const note = make("span", "soft small");
  const row = { choice, item, button, note };
  item.querySelector(".who")?.append(make("p", "voting", button, " ", note));
  button.addEventListener("click", () => {
    const key = keyOf(choice);
    if (!changes.delete(key)) changes.add(key);
    show();
  });
  rows.set(keyOf(choice), row);
}

/** Brings buttons, notes and the line that counts what is to be sent up to date. */
function show(): void {
  for (const [key, { choice, button, note }] of rows) {
    const { votes, open } = own?.said.get(key) ?? NONE;
    const word = votes ? "Take back" : "Vote";
    button.textContent = word;
    button.setAttribute("aria-pressed", String(changes.has(key)));
    button.setAttribute(
      "aria-label",
      `${word}: ${choice.model}${choice.precision === null ? "" : ` in ${choice.precision}`}`,
    );
    note.replaceChildren(...noteOf(changes.has(key), votes, open));
  }
  const account = login?.account() ?? null;
  cast.hidden = own === null || changes.size === 0;
  cast.textContent = `Send ${plural(changes.size, "vote")}`;
  if (changes.size > 0) {
    const one = changes.size === 1;
    status.textContent = account
      ? `${plural(changes.size, "change")} of your votes ${one ? "is" : "are"} not sent yet.`
      : `${plural(changes.size, "vote")} chosen. Log in to send ${one ? "it" : "them"}.`;
  } else if (setup.votes !== null) {
    status.textContent = account ? "Vote for what waits below." : "";
  }
}

function noteOf(isChanged: boolean, votes: boolean, open: number | null): (string | Node)[] {
  if (isChanged) return ["not sent yet, ", linkTo("#yours-title", "send it above")];
  if (open !== null) return [`${votes ? "your vote" : "taken back"}, in pull request ${open}`];
  return votes ? ["your vote"] : [];
}

async function accountChanged(account: Account | null): Promise<void> {
  const mine = ++turn;
  own = null;
  list.replaceChildren();
  element("own-part").hidden = true;
  show();
  if (account === null) return;
  status.textContent = "Asking the Hub what is yours …";
  try {
    const [requests, ballot] = await Promise.all([
      ownRequests(ask, setup.requests, account.name),
      ballotOf(account),
    ]);
    if (mine !== turn) return;
    own = ballot;
    // What was chosen before the login may stand already.
    for (const key of changes) if (ballot?.said.get(key)?.votes) changes.delete(key);
    show();
    listOwn(requests);
  } catch (error) {
    if (mine === turn) status.textContent = (error as Error).message;
  }
}

async function ballotOf({ name }: Account): Promise<OwnBallot | null> {
  if (setup.votes === null) return null;
  const [{ ownBallot }, requests] = await Promise.all([
    loaded(import("./ballot.ts"), "Your votes"),
    ownRequests(ask, setup.votes, name),
  ]);
  return ownBallot(
    ask,
    setup.votes,
    name,
    requests.filter(({ isOpen }) => isOpen),
  );
}

/** The visitor's own submissions, first of all. */
function listOwn(requests: readonly OwnRequest[]): void {
  const items = requests.map(({ number, title, isOpen }) => {
    const link = linkTo(`${setup.hub}/datasets/${setup.requests}/discussions/${number}`, title);
    return make("li", "", link, " ", make("span", "soft small", standingOf(number, isOpen)));
  });
  list.replaceChildren(...items);
  element("own-part").hidden = items.length === 0;
}

function standingOf(number: number, isOpen: boolean): string {
  if (isOpen) return "not collected yet";
  const row = document.querySelector(`li[data-pull-request="${number}"]`);
  const section = row?.closest("section")?.querySelector("h2")?.firstChild?.textContent?.trim();
  const place = row?.querySelector(".place")?.lastChild?.textContent;
  if (!section) return "collected or refused: a comment there says which";
  return place ? `waits, place ${place}` : section.toLowerCase();
}

async function send(): Promise<void> {
  const account = login?.account();
  if (!account || setup.votes === null || own === null || changes.size === 0) return;
  cast.disabled = true;
  status.textContent = "Opening the pull request …";
  const sent = [...changes];
  const [before, said] = [own.text, own.said];
  try {
    const [{ ballotText }, client] = await loaded(
      Promise.all([import("./ballot.ts"), import("../../browser/propose.ts")]),
      "The Hub’s client",
    );
    const list = sent.map(
      (key): Change => ({
        ...rows.get(key)!.choice,
        withdrawn: said.get(key)?.votes ?? false,
      }),
    );
    const { votesPath } = await import("../../core/queue/votes.ts");
    const address = await client.propose(setup.hub, account, {
      dataset: setup.votes,
      path: votesPath(account.name),
      text: ballotText(before, account.name, new Date().toISOString(), list),
      title: `Votes of ${account.name}`,
      description: `${plural(list.length, "change")} of the votes of ${account.name}.`,
    });
    took(sent, address);
  } catch (error) {
    const { message } = error as Error;
    const { look } = error as { look?: string | null };
    // Where it may be there all the same, asking again could open a second one.
    cast.disabled = Boolean(look);
    if (message.startsWith("Your login is over")) login?.over();
    status.textContent = message;
    if (look) status.append(" ", linkTo(look, "Your pull requests on the Hub"));
  }
}

/** What has been sent is the visitor's, though it is not collected yet. */
function took(sent: readonly string[], address: string): void {
  const number = Number(address.split("/").at(-1));
  for (const key of sent) {
    const votes = own?.said.get(key)?.votes ?? false;
    own?.said.set(key, { votes: !votes, open: number });
    changes.delete(key);
  }
  cast.disabled = false;
  show();
  status.replaceChildren(
    `${plural(sent.length, "vote")} sent: `,
    linkTo(address, `pull request ${number}`),
    `. ${sent.length === 1 ? "It counts" : "They count"} once it was collected and these pages were made anew.`,
  );
}

function linkTo(address: string, text: string): HTMLAnchorElement {
  const link = make("a", "", text);
  link.href = address;
  link.rel = "noopener";
  return link;
}
