/*! Embeds of a leaderboard, for any page: see /docs/embed/ at the place this comes from. Apache-2.0 */
/**
 * The source of `/embed.js`: a classic script without imports, so that it can be copied into any
 * page. It is harmless when it fails: what the author wrote into the element (a picture, a link)
 * stays in sight until a frame has said that it has drawn, and comes back when it cannot.
 */
(() => {
  /** As in message.ts. */
  interface Message {
    type: "leaderboard-embed";
    version: number;
    state: "waiting" | "drawn" | "failed";
    height: number;
  }

  const TYPE = "leaderboard-embed";
  const VERSION = 1;
  /** Milliseconds without a word from a frame after which the author's own content stays. */
  const PATIENCE = 20_000;
  /** Pixels below the window at which a frame begins to load. */
  const NEAR = 300;
  const HIGHEST = 20_000;
  /** What the address of a page ends with, as in core/view/address.ts: put in by `embed.js.ts`. */
  const INDEX = "";

  // Module scripts are not told which element they are.
  const own =
    (document.currentScript as HTMLScriptElement | null) ??
    document.querySelector<HTMLScriptElement>('script[src$="/embed.js"]');
  if (!own || customElements.get("leaderboard-chart")) return;
  const root = new URL("./", own.src);

  const heard = new Map<MessageEventSource, (message: Message) => void>();

  addEventListener("message", (event: MessageEvent) => {
    // Any window may post: it counts only from our origin, and from a frame that is one of ours.
    if (event.origin !== root.origin || !event.source) return;
    const message = event.data as Message | null;
    if (message?.type !== TYPE || message.version !== VERSION) return;
    if (!(message.height > 0 && message.height < HIGHEST)) return;
    const listener = heard.get(event.source) ?? plainFrame(event.source);
    listener?.(message);
  });

  /** A frame that an author wrote as such: it only gets its height. */
  function plainFrame(source: MessageEventSource): ((message: Message) => void) | undefined {
    for (const frame of document.querySelectorAll<HTMLIFrameElement>("iframe[data-leaderboard]")) {
      if (frame.contentWindow !== source) continue;
      const listener = (message: Message) => setHeight(frame, message.height);
      heard.set(source, listener);
      return listener;
    }
    return undefined;
  }

  function setHeight(frame: HTMLIFrameElement, height: number): void {
    // The frame's own border comes on top, where a page's style gives it one.
    const value = `${Math.ceil(height) + frame.offsetHeight - frame.clientHeight}px`;
    if (frame.style.height !== value) frame.style.height = value;
  }

  class LeaderboardChart extends HTMLElement {
    static observedAttributes = ["name", "view", "theme", "as-of", "rows"];
    #slot = document.createElement("slot");
    #frame: HTMLIFrameElement | undefined;
    #timer: ReturnType<typeof setTimeout> | undefined;
    #near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((e) => e.isIntersecting)) return;
        this.#near.disconnect();
        this.#load();
      },
      { rootMargin: `${NEAR}px` },
    );

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).append(this.#slot);
    }

    connectedCallback(): void {
      if (getComputedStyle(this).display === "inline") this.style.display = "block";
      this.style.position = "relative";
      // An element without size is never near.
      if (this.offsetHeight === 0) this.style.minHeight = "1px";
      this.#near.observe(this);
    }

    disconnectedCallback(): void {
      this.#near.disconnect();
      this.#drop();
    }

    attributeChangedCallback(_name: string, before: string | null): void {
      if (!this.#frame || before === null) return;
      this.#drop();
      this.#load();
    }

    #load(): void {
      const name = this.getAttribute("name") ?? "";
      if (!/^[a-z0-9-]+$/.test(name)) return;
      const address = new URL(`embed/${name}/${INDEX}`, root);
      const query = new URLSearchParams(this.getAttribute("view") ?? "");
      for (const key of ["theme", "as-of", "rows"]) {
        const value = this.getAttribute(key);
        if (value) query.set(key, value);
      }
      address.search = query.toString();
      const frame = document.createElement("iframe");
      frame.src = address.href;
      frame.title = this.getAttribute("title") ?? `Leaderboard: ${name}`;
      frame.referrerPolicy = "no-referrer";
      // It may run its scripts and open its links; it may not move this page, ask, or download.
      frame.setAttribute(
        "sandbox",
        "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox",
      );
      // Over the author's content, unseen, at full width: until it has drawn.
      Object.assign(frame.style, {
        position: "absolute",
        inset: "0",
        width: "100%",
        height: "100%",
        border: "0",
        opacity: "0",
        pointerEvents: "none",
      });
      this.#frame = frame;
      this.shadowRoot!.append(frame);
      heard.set(frame.contentWindow!, (message) => this.#hear(frame, message));
      this.#wait();
    }

    #hear(frame: HTMLIFrameElement, message: Message): void {
      clearTimeout(this.#timer);
      if (message.state === "failed") this.#drop();
      else if (message.state === "waiting") this.#wait();
      else this.#show(frame, message);
    }

    #show(frame: HTMLIFrameElement, message: Message): void {
      setHeight(frame, message.height);
      if (this.#slot.hidden) return;
      this.#slot.hidden = true;
      this.#slot.style.display = "none";
      Object.assign(frame.style, {
        position: "static",
        display: "block",
        opacity: "1",
        pointerEvents: "auto",
      });
      this.dispatchEvent(new Event("load"));
    }

    #wait(): void {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#drop(), PATIENCE);
    }

    /** Back to what the author wrote. */
    #drop(): void {
      clearTimeout(this.#timer);
      if (this.#frame?.contentWindow) heard.delete(this.#frame.contentWindow);
      this.#frame?.remove();
      this.#frame = undefined;
      this.#slot.hidden = false;
      this.#slot.style.display = "";
    }
  }

  customElements.define("leaderboard-chart", LeaderboardChart);
})();
