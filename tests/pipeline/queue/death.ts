import type { StandIn } from "../hub/stand-in.ts";

/** Answers nothing any more after so many requests; the last one may be done all the same. */
export function dieAfter(hub: StandIn, requests: number, isDone: boolean): void {
  let n = 0;
  hub.instead = (_, response) => {
    n++;
    if (n <= requests) return false;
    if (isDone && n === requests + 1) {
      // Handled as ever, but nobody hears of it.
      response.writeHead = () => response;
      response.write = () => true;
      response.end = () => response.destroy();
      return false;
    }
    response.destroy();
    return true;
  };
}
