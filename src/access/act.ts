import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Actor,
  type AuditEntry,
  type Details,
  type Target,
  writeAudit,
  writeAuditAlone,
} from "@/access/audit";
import type { Origin } from "@/access/caller";
import { type Cause, withCause } from "@/db/cause";
import type { Db } from "@/db/client";

/** What a verb knows better than the call that it serves. Later notes win. */
export interface Note {
  target?: Target;
  /** Who did it, when that shows only on the way: the account that an invitation made. */
  actor?: Partial<Actor>;
  details?: Details;
}

/** One call of a procedure, or one step of our own, as the audit tells it. */
export class Act implements Cause {
  private parts = 0;
  private target: Target | undefined;
  private details: Details = {};
  private better: Partial<Actor> = {};
  readonly action: string;
  readonly origin: Origin;
  private readonly who: () => Promise<Actor>;

  /** @param who is asked when something is recorded, not before */
  constructor(action: string, origin: Origin, who: () => Promise<Actor>, given: Note = {}) {
    this.action = action;
    this.origin = origin;
    this.who = who;
    this.note(given);
  }

  /** Whether something was committed, and is in the audit. */
  get recorded(): boolean {
    return this.parts > 0;
  }

  note({ target, actor, details }: Note): void {
    if (target) this.target = target;
    Object.assign(this.better, actor);
    Object.assign(this.details, details);
  }

  /** The name of the target, if it is the target that has one of these ids; the first id is kept. */
  named(type: string, [id, ...more]: string[], name: string): void {
    const known = this.target?.id;
    if (known !== undefined && id !== undefined && [id, ...more].includes(known))
      this.target = { type, id, name };
  }

  async actor(): Promise<Actor> {
    return { ...(await this.who()), ...this.better };
  }

  async record(tx: Db): Promise<void> {
    await writeAudit(tx, await this.entry("ok"));
  }

  committed(): void {
    this.parts++;
  }

  /** For what was not recorded with a change: a failure, a denial, or a call that changed nothing. */
  async close(result: AuditEntry["result"], fault?: string): Promise<void> {
    await writeAuditAlone(await this.entry(result, fault));
  }

  private async entry(result: AuditEntry["result"], fault?: string): Promise<AuditEntry> {
    const { action, origin, target } = this;
    const details = this.parts > 0 ? { ...this.details, part: this.parts + 1 } : this.details;
    return { actor: await this.actor(), origin, action, result, fault, target, details };
  }
}

// On globalThis: the server bundles evaluate this module more than once.
const held = globalThis as { slipwayAct?: AsyncLocalStorage<Act> };
held.slipwayAct ??= new AsyncLocalStorage();
const acts = held.slipwayAct;

/** Do `work` as part of an act that only looks: what it writes is bookkeeping. */
export function looking<T>(act: Act, work: () => T): T {
  return acts.run(act, work);
}

/** Do `work` as part of an act that changes: every transaction of it carries the record. */
export function changing<T>(act: Act, work: () => T): T {
  return acts.run(act, () => withCause(act, work));
}

/** The act that the running code is part of. */
export function currentAct(): Act | undefined {
  return acts.getStore();
}

/** Tell the audit what only the verb knows. Outside of an act it is nobody's business. */
export function note(given: Note): void {
  acts.getStore()?.note(given);
}

/** Tell the audit what the thing with these ids is called, in case it is the target. */
export function named(type: string, ids: string[], name: string): void {
  acts.getStore()?.named(type, ids, name);
}
