/**
 * What an embed tells the page it stands in: that it has drawn, and how high it is. That page may
 * be anybody's, so the message goes to any origin, and holds nothing that the address of the frame
 * does not say already. An embed hears no messages: no page can make it do anything.
 */
export interface EmbedMessage {
  type: "leaderboard-embed";
  version: 1;
  /** `waiting` until the view asked for is drawn; `failed` when it cannot be. */
  state: EmbedState;
  /** Height of all it shows, in CSS pixels. */
  height: number;
}

export type EmbedState = "waiting" | "drawn" | "failed";

/**
 * Tells the height now and whenever it changes, at most once a frame. It depends on the width of
 * the frame alone, never on its height, so an answer in kind cannot start a loop.
 *
 * @returns a function that tells a state, also one that was told before: a sign of life
 */
export function tellHeight(state: EmbedState): (next: EmbedState) => void {
  let told = 0;
  let waiting = false;
  const tell = () => {
    waiting = false;
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    const message: EmbedMessage = { type: "leaderboard-embed", version: 1, state, height };
    if (height === told) return;
    told = height;
    parent.postMessage(message, "*");
  };
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(tell);
  };
  if (parent === window) return () => {};
  new ResizeObserver(soon).observe(document.body);
  tell();
  return (next) => {
    state = next;
    told = 0;
    tell();
  };
}
