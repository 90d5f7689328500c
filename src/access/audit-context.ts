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
import { forgetThisMinute, isFirstThisMinute } from "@/access/rate-limit";
import { type AuditRecorder, type Db, withAuditRecorder } from "@/db/client";
import { newId } from "@/lib/id";
import { processGlobal } from "@/lib/process-global";

/** What a procedure adds to the record of its call. A later annotation replaces an earlier one. */
export interface Annotation {
  target?: Target;
  /** The actor, when the call has no caller: the account that an accepted invitation created. */
  actor?: Partial<Actor>;
  details?: Details;
}

/** The audit record of one API call, or of one background step, while it runs. */
export class AuditContext implements AuditRecorder {
  private parts = 0;
  private target: Target | undefined;
  private details: Details = {};
  private actorOverrides: Partial<Actor> = {};
  readonly action: string;
  readonly origin: Origin;
  private readonly findActor: () => Promise<Actor>;
  private foundActor: Promise<Actor> | undefined;

  /** @param findActor is called once, when something is recorded, not before */
  constructor(action: string, origin: Origin, findActor: () => Promise<Actor>, given: Annotation = {}) {
    this.action = action;
    this.origin = origin;
    this.findActor = findActor;
    this.annotate(given);
  }

  /** Whether a change was committed together with its record. */
  get recorded(): boolean {
    return this.parts > 0;
  }

  annotate({ target, actor, details }: Annotation): void {
    if (target) this.target = target;
    Object.assign(this.actorOverrides, actor);
    Object.assign(this.details, details);
  }

  /** Set the name of the target, if the target has one of these ids. The first id is the one that is recorded. */
  setTargetName(type: string, [id, ...more]: string[], name: string): void {
    const known = this.target?.id;
    if (known !== undefined && id !== undefined && [id, ...more].includes(known))
      this.target = { type, id, name };
  }

  async actor(): Promise<Actor> {
    this.foundActor ??= this.findActor();
    return { ...(await this.foundActor), ...this.actorOverrides };
  }

  async record(tx: Db): Promise<void> {
    await writeAudit(tx, await this.entry("ok"));
  }

  committed(): void {
    this.parts++;
  }

  /**
   * Record the end of a call that was not recorded with a change: a failure, a denial, or a call that changed nothing.
   */
  async close(result: AuditEntry["result"], fault?: string): Promise<void> {
    await writeAuditAlone(await this.entry(result, fault));
  }

  private async entry(result: AuditEntry["result"], fault?: string): Promise<AuditEntry> {
    const { action, origin, target } = this;
    const details = this.parts > 0 ? { ...this.details, part: this.parts + 1 } : this.details;
    return { actor: await this.actor(), origin, action, result, fault, target, details };
  }
}

const contexts = processGlobal("auditContext", () => new AsyncLocalStorage<AuditContext>()).value;

/** Run a query: what it writes is bookkeeping, such as when a key was last used, and is not recorded. */
export function auditQuery<T>(context: AuditContext, work: () => T): T {
  return contexts.run(context, work);
}

/** Run a mutation: every transaction that it commits carries the audit record. */
export function auditMutation<T>(context: AuditContext, work: () => T): T {
  return contexts.run(context, () => withAuditRecorder(context, work));
}

/** Add what only the procedure knows to the record of the running call. Without one it does nothing. */
export function annotate(given: Annotation): void {
  contexts.getStore()?.annotate(given);
}

/** Give the target of the running call its name, if the target has one of these ids. */
export function setTargetName(type: string, ids: string[], name: string): void {
  contexts.getStore()?.setTargetName(type, ids, name);
}

/** The provider whose secret is opened. */
interface Holder {
  organizationId: string;
  gitProviderId: string;
  name: string;
}

/**
 * Record that a call opens the secrets of a provider: once a minute for each provider and caller in each process.
 * Health checks and other background work are not recorded.
 * @throws whatever the write threw, so that a secret whose use cannot be recorded is not used
 */
export async function recordSecretUse({ organizationId, gitProviderId, name }: Holder): Promise<void> {
  const context = contexts.getStore();
  if (!context) return;
  const actor = { ...(await context.actor()), organizationId };
  const subject = ["use", gitProviderId, actor.userId, actor.apiKeyId, actor.name].join("\n");
  if (!isFirstThisMinute(subject)) return;
  const { origin, action } = context;
  const target = { type: "gitProvider", id: gitProviderId, name };
  const details = { by: action };
  try {
    await writeAuditAlone({ actor, origin, action: "credential.use", result: "ok", target, details });
  } catch (error) {
    forgetThisMinute(subject);
    throw error;
  }
}

/** Record, in the transaction that stores it, that the host issued a new token for a connection. */
export async function recordRenewal(tx: Db, { organizationId, gitProviderId, name }: Holder): Promise<void> {
  const target = { type: "gitProvider", id: gitProviderId, name };
  const { actor, origin } = background("renewal", organizationId);
  await writeAudit(tx, { actor, origin, action: "credential.renew", result: "ok", target });
}

function background(name: string, organizationId: string): { actor: Actor; origin: Origin } {
  return {
    actor: { organizationId, userId: null, apiKeyId: null, name },
    origin: { requestId: newId(), address: "worker", userAgent: "" },
  };
}

/** Run a background step under a name that the audit shows as its actor, such as `deployment`. */
export function asStep<T>(name: string, organizationId: string, work: () => T): T {
  const { actor, origin } = background(name, organizationId);
  return auditQuery(new AuditContext(`${name}.run`, origin, async () => actor), work);
}
