import { db } from "@/db/client";
import type { Opened } from "@/features/git-provider/client/open";
import { isReachableFrom } from "@/features/webhook/address";
import { careForApp } from "@/features/webhook/app-hook";
import type { CareOptions } from "@/features/webhook/care-options";
import { openHookProvider } from "@/features/webhook/open-provider";
import { removeAtHost } from "@/features/webhook/remove-hook";
import { careForRepositoryHook } from "@/features/webhook/repository-hook";
import { reasonOf, repositoryKeyOf, type WebhookRow } from "@/features/webhook/row";
import { type Outcome, pollFrom, settle } from "@/features/webhook/settle";
import { asFault, retryPolicy } from "@/lib/fault";
import type { Reason } from "@/lib/reason";

/**
 * Make a hook what it has to be at its host: there, active, with our address, secret and events, or gone. Never throws;
 * what the host refused is kept as the reason. The caller holds the row.
 */
export async function careFor(row: WebhookRow, options: CareOptions): Promise<Outcome> {
  try {
    if (row.isUnwanted) return await removeAtHost(row, options.now);
    return await careForWanted(await openHookProvider(row), row, options);
  } catch (error) {
    return failed(row, error, options.now);
  }
}

async function careForWanted(opened: Opened, row: WebhookRow, options: CareOptions): Promise<Outcome> {
  const { forge, provider, session } = opened;
  const { label: host, urlField } = provider.manifest;
  const isReachable = isReachableFrom(String(session.settings[urlField] ?? ""));
  if (forge.appHook) return careForApp(opened, row, { ...options, isReachable });
  if (!forge.hooks) return polled(opened, row, { code: "hook_none", params: { host } }, options.now);
  if (isReachable) return careForRepositoryHook(opened, forge.hooks, row, options.now);
  if (row.hostHookId) await forge.hooks.remove(repositoryKeyOf(row), row.hostHookId);
  return polled(opened, row, { code: "hook_address_private", params: { host } }, options.now);
}

/** No hook can tell of changes: the host is asked for them. */
async function polled(opened: Opened, row: WebhookRow, reason: Reason, now: Date): Promise<Outcome> {
  const { credentialVersion } = opened.row;
  const pollDueAt = pollFrom(row, now);
  const found = { mode: "polling", state: "active", reason, hostHookId: null, credentialVersion } as const;
  await settle(row, { ...found, pollDueAt }, now);
  return { state: "unchanged", reason };
}

/** After this many failures in a row a hook counts as broken for long: changes are looked for as well. */
const failuresUntilPoll = 4;

/** A host that is busy or away says nothing of the hook: it stays what it was. */
async function failed(row: WebhookRow, error: unknown, now: Date): Promise<Outcome> {
  const { reason } = asFault(error);
  const isLong = row.failures >= failuresUntilPoll;
  const isPassing = retryPolicy(asFault(error)) !== "never" && row.state === "active" && !isLong;
  const isInactive = reason.code === "provider_inactive";
  const shown = isPassing ? reasonOf(row) : reason;
  const state = isPassing ? "active" : "broken";
  const pollDueAt = isLong && !isInactive ? pollFrom(row, now) : undefined;
  const credentialVersion = await currentCredentialVersion(row);
  // The provider is gone, and its hooks with it.
  if (credentialVersion !== null)
    await settle(row, { state, reason: shown, isFailure: true, pollDueAt, credentialVersion }, now);
  return { state: "failed", reason };
}

async function currentCredentialVersion({
  organizationId,
  gitProviderId,
}: WebhookRow): Promise<number | null> {
  const where = { organizationId, gitProviderId };
  const provider = await db().gitProvider.findFirst({ where, select: { credentialVersion: true } });
  return provider?.credentialVersion ?? null;
}
