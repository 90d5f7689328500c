import type { Deployment, DeploymentEvent, LogLine, LogPage } from "@/features/deployment/contract";

/** How the feed reaches the server. */
export interface FeedPorts {
  /** A page of the log after a line. */
  logs(cursor: string | undefined): Promise<LogPage>;
  one(): Promise<Deployment>;
  /** Follow live after a line; the answer stops it. */
  watch(after: string | undefined, events: WatchEvents): () => void;
  /** The deployment changed. */
  onDeployment(change: Exclude<DeploymentEvent, { line: LogLine }>): void;
  /** The deployment has ended; there may have been no event for it. */
  onEnd(): void;
}

export interface WatchEvents {
  event(event: DeploymentEvent): void;
  /** The connection is lost and is being retried. */
  lost(): void;
  /** The connection is established. */
  found(): void;
  /** The server has closed the stream after its last event. */
  ended(): void;
  /** The subscription does not work here. */
  failed(): void;
}

export interface FeedState {
  lines: readonly LogLine[];
  /** `live`: by subscription. `polling`: by repeated queries. `ended`: no further line will come. */
  mode: "loading" | "live" | "polling" | "ended";
}

/** How long a lost connection may take to come back before the feed polls, and how often it polls. */
const reconnectGraceMs = 4_000;
const pollMs = 2_000;
/** Lines come in bursts: the page is updated at most this often. */
const updateMs = 60;
const pageSize = 1000;

/** The log of one deployment: what is stored first, then live, and by polling where a proxy holds streams back. */
export class LogFeed {
  readonly #ports: FeedPorts;
  readonly #listeners = new Set<() => void>();
  #lines: LogLine[] = [];
  #state: FeedState = { lines: [], mode: "loading" };
  #stopWatching: (() => void) | null = null;
  #updateTimer: ReturnType<typeof setTimeout> | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #stopped = true;

  constructor(ports: FeedPorts) {
    this.#ports = ports;
  }

  readonly state = (): FeedState => this.#state;

  /** Starts with the first subscriber and stops with the last. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  };

  #start(): void {
    this.#stopped = false;
    if (this.#state.mode !== "ended") void this.#load();
  }

  #stop(): void {
    this.#stopped = true;
    clearTimeout(this.#updateTimer);
    clearTimeout(this.#waiting);
    this.#updateTimer = undefined;
    this.#stopWatching?.();
    this.#stopWatching = null;
  }

  async #load(): Promise<void> {
    const done = await this.#drain().catch(() => null);
    if (done === null) this.#pollLater();
    else if (done) this.#end();
    else this.#watch();
  }

  /** Read all that is stored. True when no further line will come. */
  async #drain(): Promise<boolean> {
    for (;;) {
      const page = await this.#ports.logs(this.#last());
      if (this.#stopped) return false;
      this.#add(page.items);
      if (page.done) return true;
      if (page.items.length < pageSize) return false;
    }
  }

  #watch(): void {
    if (this.#stopped) return;
    this.#setMode("live");
    this.#stopWatching?.();
    this.#stopWatching = this.#ports.watch(this.#last(), {
      event: (event) => this.#hear(event),
      lost: () => {
        this.#waiting ??= setTimeout(() => void this.#poll(), reconnectGraceMs);
      },
      found: () => this.#calm(),
      ended: () => void this.#finish(),
      failed: () => this.#pollLater(),
    });
  }

  #hear(event: DeploymentEvent): void {
    this.#calm();
    if ("line" in event) this.#add([event.line]);
    else this.#ports.onDeployment(event);
    if ("status" in event && hasEnded(event.status)) void this.#finish();
  }

  #calm(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    if (this.#state.mode === "polling") this.#setMode("live");
  }

  #pollLater(): void {
    if (this.#stopped || this.#state.mode === "ended") return;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => void this.#poll(), pollMs);
  }

  async #poll(): Promise<void> {
    if (this.#stopped) return;
    this.#setMode("polling");
    const status = await this.#ports.one().catch(() => null);
    if (status && !this.#stopped) this.#ports.onDeployment({ status });
    await this.#drainToEnd();
  }

  /** Reads the rest of the log: the last lines may arrive after the end event. */
  async #finish(): Promise<void> {
    if (this.#stopped || this.#state.mode === "ended") return;
    await this.#drainToEnd();
  }

  /** Retried, since a failure here may be temporary. */
  async #drainToEnd(): Promise<void> {
    const done = await this.#drain().catch(() => false);
    if (done) this.#end();
    else this.#pollLater();
  }

  #end(): void {
    clearTimeout(this.#waiting);
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#setMode("ended");
    this.#ports.onEnd();
  }

  #last(): string | undefined {
    return this.#lines.at(-1)?.id;
  }

  /** The subscription and a query may bring the same line: only newer ones are added. */
  #add(lines: readonly LogLine[]): void {
    const before = this.#lines.length;
    for (const line of lines) if (isAfter(line.id, this.#last())) this.#lines.push(line);
    if (this.#lines.length > before) this.#updateTimer ??= setTimeout(() => this.#update(), updateMs);
  }

  #setMode(mode: FeedState["mode"]): void {
    if (this.#state.mode === mode) return;
    this.#state = { ...this.#state, mode };
    this.#update();
  }

  #update(): void {
    clearTimeout(this.#updateTimer);
    this.#updateTimer = undefined;
    if (this.#stopped) return;
    this.#state = { lines: this.#lines.slice(), mode: this.#state.mode };
    for (const listener of this.#listeners) listener();
  }
}

function isAfter(id: string, other: string | undefined): boolean {
  return other === undefined || BigInt(id) > BigInt(other);
}

function hasEnded({ status }: Deployment): boolean {
  return status !== "queued" && status !== "running";
}
