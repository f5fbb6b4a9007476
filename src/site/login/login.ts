import type { Arrival } from "../../browser/arrival.ts";
import { element } from "../../browser/dom.ts";
import type { Account } from "../../browser/hub-login.ts";
import { loaded } from "../../browser/retry.ts";
import type { LoginSetup } from "./setup.ts";

/** What a page with a login does with it. */
export interface LoginHost {
  /** What is typed into the page, to be there again after the way to the Hub. */
  draft(): Record<string, string>;
  /** Somebody has logged in, or out. */
  changed(account: Account | null): void;
  /** Whoever came back from the Hub is not logged in: a sentence that says why. */
  failed(problem: string): void;
}

/** The part of the page by which a visitor logs in and out. */
export interface Login {
  /** Null where nobody has logged in. */
  account(): Account | null;
  /** Says that the Hub does not know the login any more. */
  over(): void;
}

const client = () => loaded(import("../../browser/hub-login.ts"), "The login");

/**
 * Binds `Login.astro`.
 *
 * @param arrival what `takeArrival` found, for the page has to take it before anything else is loaded
 */
export function bindLogin(setup: LoginSetup, arrival: Arrival | null, host: LoginHost): Login {
  const status = element("login-status");
  const [into, out] = [element<HTMLButtonElement>("log-in"), element("log-out")];
  let account: Account | null = null;
  const show = (text: string, isProblem = false) => {
    status.textContent = text;
    status.classList.toggle("problem", isProblem);
  };
  const become = (next: Account | null) => {
    account = next;
    into.hidden = next !== null;
    out.hidden = next === null;
    show(next ? `Logged in as ${next.name}, until you leave this page.` : "");
    host.changed(next);
  };
  into.addEventListener("click", async () => {
    into.disabled = true;
    show("Asking the Hub …");
    try {
      await (await client()).leaveForLogin(setup, host.draft());
    } catch (error) {
      show((error as Error).message, true);
    }
    into.disabled = false;
  });
  out.addEventListener("click", () => {
    become(null);
    into.focus();
  });
  if (arrival) void finish(arrival);

  async function finish(from: Arrival): Promise<void> {
    into.disabled = true;
    show("Logging in …");
    try {
      become(await (await client()).logIn(setup.hub, from));
    } catch (error) {
      const { message } = error as Error;
      show(message, true);
      host.failed(message);
    }
    into.disabled = false;
  }

  return {
    account: () => account,
    over: () => become(null),
  };
}
