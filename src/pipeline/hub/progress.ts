import { withoutControls } from "../../core/records/user-error.ts";
import { byteSize, count, duration } from "../../core/table/format.ts";
import type { Watcher } from "./pull.ts";

/** Where progress is shown: a terminal, or the log of a machine. */
export interface Screen {
  write: (text: string) => void;
  isTTY: boolean;
  /** Characters in a line, now. */
  readonly columns: number;
}

/** Milliseconds of the past that the rate is measured over. */
const WINDOW = 15_000;
/** Characters. */
const BAR = 24;
const SHORTEST_BAR = 6;

/**
 * Shows how far a pull is: on a terminal one line with a bar that is drawn over, elsewhere a plain
 * line each time `tick` is called. Calling `tick` now and then is up to the caller.
 */
export class Progress implements Watcher {
  readonly #screen: Screen;
  readonly #now: () => number;
  #dataset = "";
  #listed = 0;
  #files = 0;
  #filesDone = 0;
  #size = 0;
  #came = 0;
  #samples: { at: number; came: number }[] = [];
  #drawn = false;
  #shown = "";
  #plain = "";

  constructor(screen: Screen, now: () => number = Date.now) {
    this.#screen = screen;
    this.#now = now;
  }

  listing(dataset: string, files: number): void {
    this.#dataset = dataset;
    this.#listed = files;
    this.#files = 0;
  }

  start(dataset: string, files: number, bytes: number): void {
    this.#dataset = dataset;
    this.#files = files;
    this.#size = bytes;
    this.#filesDone = 0;
    this.#came = 0;
    this.#samples = [{ at: this.#now(), came: 0 }];
  }

  bytes(count: number): void {
    this.#came += count;
  }

  file(): void {
    this.#filesDone++;
  }

  /** Progress of anything else that is counted. */
  counted(what: string, done: number, of: number): void {
    this.#plain = `${count(done)} of ${count(of)} ${what}`;
  }

  /** Draws the line anew; nothing where nothing has changed. */
  tick(): void {
    const line = this.#line();
    if (line === "" || line === this.#shown) return;
    this.#shown = line;
    if (!this.#screen.isTTY) {
      this.#screen.write(`${line}\n`);
      return;
    }
    this.#screen.write(`\r\x1b[2K${line.slice(0, this.#screen.columns - 1)}`);
    this.#drawn = true;
  }

  /** A sentence of its own, above the bar. */
  say(text: string): void {
    this.clear();
    this.#screen.write(`${withoutControls(text)}\n`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#drawn) this.#screen.write("\r\x1b[2K");
    this.#drawn = false;
    this.#shown = "";
  }

  #line(): string {
    if (this.#plain !== "") return this.#plain;
    if (this.#files === 0) {
      return this.#listed > 0 ? `${this.#dataset}: ${count(this.#listed)} files listed` : "";
    }
    const at = this.#now();
    this.#samples.push({ at, came: this.#came });
    while (this.#samples.length > 2 && at - this.#samples[1]!.at > WINDOW) this.#samples.shift();
    const first = this.#samples[0]!;
    const seconds = (at - first.at) / 1000;
    const rate = seconds > 0 ? Math.max(0, this.#came - first.came) / seconds : 0;
    const parts = [
      `${count(this.#filesDone)} of ${count(this.#files)} files`,
      `${byteSize(this.#came)} of ${byteSize(this.#size)}`,
      `${byteSize(rate)}/s`,
      ...(rate > 0 ? [`${duration((this.#size - this.#came) / rate)} left`] : []),
    ];
    if (!this.#screen.isTTY) return `${this.#dataset} ${parts.join(", ")}`;
    const name = this.#dataset.slice(this.#dataset.indexOf("/") + 1);
    const text = parts.join(", ");
    return `${name} ${this.#bar(this.#screen.columns - name.length - text.length - 3)}${text}`;
  }

  /** As wide as there is room for; none where that would be too short to tell anything. */
  #bar(room: number): string {
    const width = Math.min(BAR, room);
    if (width < SHORTEST_BAR) return "";
    const done = this.#size > 0 ? Math.min(1, this.#came / this.#size) : 1;
    const full = Math.round(done * width);
    return `${"█".repeat(full)}${"░".repeat(width - full)} `;
  }
}
