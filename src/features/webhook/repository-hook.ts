import { transaction, withoutAudit } from "@/db/client";
import type { Opened } from "@/features/git-provider/client/open";
import { hookAddress, isFormerAddress } from "@/features/webhook/address";
import { needsOf, repositoryKeyOf, type WebhookRow } from "@/features/webhook/row";
import {
  addSecret,
  confirmSecret,
  generateHookSecret,
  type HookSecret,
  readSecrets,
} from "@/features/webhook/secrets";
import { type Outcome, pollFrom, type Settled, settle } from "@/features/webhook/settle";
import { Fault } from "@/lib/fault";
import { messageOf, type Reason } from "@/lib/reason";
import type { HookPort } from "@/providers/reporting";

/** How long deliveries may still come with the former secret of a hook. */
const secretWindowMs = 24 * 3_600_000;

/** After this time without a delivery a hook that a person was to add counts as not there: changes are looked for. */
const manualWaitMs = 30 * 60_000;

/**
 * Have the hook of one repository at its host. The row, its id in the address and its secret are stored before the host
 * is called, so a hook whose making was interrupted is found by its address and taken over.
 */
export async function careForRepositoryHook(
  opened: Opened,
  hooks: HookPort,
  row: WebhookRow,
  now: Date,
): Promise<Outcome> {
  const secret = await secretToWrite(row, now);
  try {
    return await ensure({ opened, hooks, row, now }, secret);
  } catch (error) {
    if (!(error instanceof Fault) || error.reason.code !== "hook_not_allowed") throw error;
    return byHand(opened, row, error.reason, now);
  }
}

interface Work {
  opened: Opened;
  hooks: HookPort;
  row: WebhookRow;
  now: Date;
}

async function ensure({ opened, hooks, row, now }: Work, secret: HookSecret): Promise<Outcome> {
  const key = repositoryKeyOf(row);
  const url = hookAddress(opened.row.providerType, row.webhookId);
  const before = await hooks.list(key);
  const isNewSecret = secret.writtenAt === null;
  const ensured = await hooks.ensure(key, { url, secret: secret.secret, needs: needsOf(row), isNewSecret });
  if (isNewSecret) await written(row, secret, ensured.secret, now);
  const own = before.filter((hook) => hook.url.replace(/\/$/, "").endsWith(`/webhook/${row.webhookId}`));
  for (const former of own.filter((hook) => isFormerAddress(hook.url))) await hooks.remove(key, former.id);
  const found = own.find((hook) => !isFormerAddress(hook.url));
  const trouble = found?.trouble ?? (found?.active === false ? stopped(opened) : null);
  const isFirst = row.hostHookId === null && row.recoveredAt === null;
  const isLost = row.hostHookId !== null && (trouble !== null || ensured.state === "created");
  const settled: Settled = {
    mode: "hook",
    state: "active",
    reason: repairReason(opened, row, trouble, ensured.state),
    hostHookId: ensured.id,
    url,
    pollDueAt: null,
    credentialVersion: opened.row.credentialVersion,
    ...(isLost && { missedSince: row.missedSince ?? row.lastDeliveryAt ?? row.createdAt }),
    // Where the host keeps no log, a first look says what there was before anything could be missed.
    ...(isFirst && !opened.forge.deliveryLog && { missedSince: row.createdAt }),
  };
  await settle(row, settled, now);
  const wasMoved = ensured.state === "created" && row.hostHookId !== null;
  return { state: wasMoved ? "repaired" : ensured.state, ...(settled.reason && { reason: settled.reason }) };
}

function stopped(opened: Opened): Reason {
  return { code: "hook_stopped", params: { host: opened.provider.manifest.label } };
}

/** What had to be mended stays to be read until the next check finds nothing. */
function repairReason(
  opened: Opened,
  row: WebhookRow,
  trouble: Reason | null,
  state: "created" | "repaired" | "unchanged",
): Reason | null {
  const host = opened.provider.manifest.label;
  if (trouble) return { code: "hook_repaired", params: { host, why: messageOf(trouble) } };
  const isGone = state === "created" && row.hostHookId !== null && !isFormerAddress(row.url);
  return isGone ? { code: "hook_made_again", params: { host } } : null;
}

async function secretToWrite(row: WebhookRow, now: Date): Promise<HookSecret> {
  const [newest] = await readSecrets(row, now);
  if (newest && newest.endsAt === null) return newest;
  const secret = generateHookSecret();
  const webhookSecretId = await withoutAudit(() => transaction((tx) => addSecret(tx, row, secret)));
  return { webhookSecretId, secret, endsAt: null, writtenAt: null };
}

/** The host has a secret: that one, or another form of it where it cannot sign as it was asked. */
async function written(row: WebhookRow, given: HookSecret, kept: string, now: Date): Promise<void> {
  const formerEndsAt = new Date(now.getTime() + secretWindowMs);
  await withoutAudit(() =>
    transaction(async (tx) => {
      const { webhookSecretId } = given;
      const isSame = kept === given.secret;
      const current = isSame ? webhookSecretId : await addSecret(tx, row, kept, now);
      if (!isSame) await tx.webhookSecret.delete({ where: { webhookSecretId } });
      await confirmSecret(tx, row, { webhookSecretId: current, formerEndsAt, now });
    }),
  );
}

/** Whether a delivery arrived since a person was asked to add or change the hook. */
export function hasArrived(row: WebhookRow): boolean {
  const params = row.reasonParams;
  const since = typeof params === "object" && params !== null && "since" in params ? params.since : null;
  return row.lastDeliveryAt !== null && (typeof since !== "string" || row.lastDeliveryAt > new Date(since));
}

/** The credential may not manage hooks: a person adds it, with the address, secret and events that are shown. */
async function byHand(opened: Opened, row: WebhookRow, reason: Reason, now: Date): Promise<Outcome> {
  const url = hookAddress(opened.row.providerType, row.webhookId);
  const page = opened.forge.page("repository", row.repositoryFullName);
  const isMoved = isFormerAddress(row.url) && row.lastDeliveryAt !== null;
  const params = { from: row.url, to: url, since: now.toISOString() };
  const moved: Reason = { code: "webhook_address_changed", params };
  const stays = row.reasonCode === moved.code && !hasArrived(row);
  const shown = isMoved ? moved : stays ? { ...moved, params: row.reasonParams as Reason["params"] } : reason;
  const isHere = !isMoved && hasArrived(row);
  const isLate = !isHere && now.getTime() - row.createdAt.getTime() > manualWaitMs;
  const { credentialVersion } = opened.row;
  await settle(
    row,
    {
      mode: "manual",
      state: isHere ? "active" : "waiting",
      reason: isHere ? null : shown,
      hostHookId: null,
      url,
      credentialVersion,
      pollDueAt: isLate ? pollFrom(row, now) : null,
    },
    now,
  );
  return { state: "manual", reason: shown, ...(page && { page }) };
}
