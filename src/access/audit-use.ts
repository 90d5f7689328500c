import { Act, currentAct, looking } from "@/access/act";
import { type Actor, writeAudit, writeAuditAlone } from "@/access/audit";
import type { Origin } from "@/access/caller";
import { isDue, stillDue } from "@/access/due";
import type { Db } from "@/db/client";
import { newId } from "@/lib/id";

/** Whose secret is opened. */
interface Holder {
  organizationId: string;
  gitProviderId: string;
  name: string;
}

/**
 * Tell the audit that someone's call opens the secrets of a provider: once a minute for each provider and caller in
 * each process. Health checks and other work of our own are not told. When it cannot be written, nothing is opened.
 */
export async function recordSecretUse({ organizationId, gitProviderId, name }: Holder): Promise<void> {
  const act = currentAct();
  if (!act) return;
  const actor = { ...(await act.actor()), organizationId };
  const key = ["use", gitProviderId, actor.userId, actor.apiKeyId, actor.name].join("\n");
  if (!isDue(key)) return;
  const target = { type: "gitProvider", id: gitProviderId, name };
  const details = { by: act.action };
  try {
    await writeAuditAlone({
      actor,
      origin: act.origin,
      action: "credential.use",
      result: "ok",
      target,
      details,
    });
  } catch (error) {
    stillDue(key);
    throw error;
  }
}

/** Tell the audit, in the transaction that stores it, that the host gave a new token for a connection. */
export async function recordRenewal(tx: Db, { organizationId, gitProviderId, name }: Holder): Promise<void> {
  const target = { type: "gitProvider", id: gitProviderId, name };
  const { actor, origin } = ourselves("renewal", organizationId);
  await writeAudit(tx, { actor, origin, action: "credential.renew", result: "ok", target });
}

function ourselves(name: string, organizationId: string): { actor: Actor; origin: Origin } {
  return {
    actor: { organizationId, userId: null, apiKeyId: null, name },
    origin: { requestId: newId(), address: "worker", userAgent: "" },
  };
}

/** Do a step of our own, so that the audit can say which: `deployment`. */
export function asStep<T>(name: string, organizationId: string, work: () => T): T {
  const { actor, origin } = ourselves(name, organizationId);
  return looking(new Act(`${name}.run`, origin, async () => actor), work);
}
