import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db, transaction } from "@/db/client";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { isAppSecretUnwritten, replaceAppSecret } from "@/features/webhook/app-secret";
import { careFor } from "@/features/webhook/care";
import { releaseHook, takeHook } from "@/features/webhook/claim";
import type { RotatedWebhookSecret, RotateWebhookSecret } from "@/features/webhook/contract";
import { findWebhook } from "@/features/webhook/find";
import { openHookProvider } from "@/features/webhook/open-provider";
import { isOfApp } from "@/features/webhook/public";
import type { WebhookRow } from "@/features/webhook/row";
import { addSecret, generateHookSecret, readSecrets } from "@/features/webhook/secrets";
import { Fault } from "@/lib/fault";
import { newSecret } from "@/lib/id";
import { messageOf } from "@/lib/reason";

const hourMs = 3_600_000;

/**
 * Replace the secret of a webhook. The host is given the new one first; deliveries with the former one count until the
 * window ends. Where a person added the hook, that person changes it, with the secret that `webhook.secret` shows.
 * @throws Fault `not_found` | `conflict` reason `hook_busy`, and what the host answered
 */
export async function rotateSecret(
  caller: Caller,
  input: RotateWebhookSecret,
): Promise<RotatedWebhookSecret> {
  const found = await findWebhook(caller, input.webhookId);
  const provider = await readProvider(viewerOf(caller), found.gitProviderId);
  annotate({ target: { type: "webhook", id: found.webhookId, name: found.repositoryFullName } });
  const now = new Date();
  const formerEndsAt = new Date(now.getTime() + input.windowHours * hourMs);
  const isApp = isOfApp(found, provider);
  if (isApp) assertManage(provider);
  const row = await takeHook(found.webhookId, now);
  if (!row) throw new Fault("conflict", { code: "hook_busy" });
  try {
    return await (isApp ? rotateApp(row, formerEndsAt, now) : rotateOwn(row, formerEndsAt, now));
  } finally {
    await releaseHook(row);
  }
}

/** The new secret counts before the host has it, so that no delivery is refused on the way. */
async function rotateOwn(row: WebhookRow, formerEndsAt: Date, now: Date): Promise<RotatedWebhookSecret> {
  await transaction((tx) => addSecret(tx, row, generateHookSecret()));
  if (row.mode !== "hook") {
    await endFormer(row, formerEndsAt);
    return shown(row, formerEndsAt);
  }
  const outcome = await careFor(row, { now });
  // Whatever came of the check: until the host has the new secret, the former one is what it signs with.
  const [newest] = await readSecrets(row, now);
  const isWritten = newest !== undefined && newest.writtenAt !== null;
  if (isWritten) await endFormer(row, formerEndsAt);
  return shown(row, isWritten ? formerEndsAt : null, outcome.reason);
}

/** All but the newest end with the window. */
async function endFormer({ organizationId, webhookId }: WebhookRow, formerEndsAt: Date): Promise<void> {
  const rows = await db().webhookSecret.findMany({
    where: { organizationId, webhookId },
    orderBy: [{ createdAt: "desc" }, { webhookSecretId: "desc" }],
    select: { webhookSecretId: true },
  });
  const [, ...former] = rows.map((one) => one.webhookSecretId);
  await db().webhookSecret.updateMany({
    where: { organizationId, webhookSecretId: { in: former } },
    data: { endsAt: formerEndsAt },
  });
}

/** The new secret is stored before GitHub has it, and the former one counts until GitHub has. */
async function rotateApp(row: WebhookRow, formerEndsAt: Date, now: Date): Promise<RotatedWebhookSecret> {
  const opened = await openHookProvider(row);
  if (!opened.forge.appHook)
    throw new Fault("unsupported", { code: "hook_none", params: { host: opened.row.name } });
  await replaceAppSecret(opened, row, newSecret(32));
  const outcome = await careFor(row, { now, isAsked: true, formerEndsAt });
  const isWritten = !(await isAppSecretUnwritten(row));
  return shown(row, isWritten ? formerEndsAt : null, outcome.reason);
}

function shown(
  { webhookId, mode }: WebhookRow,
  formerEndsAt: Date | null,
  reason?: { code: string },
): RotatedWebhookSecret {
  return {
    webhookId,
    isAtHost: formerEndsAt !== null && mode !== "manual" && mode !== "polling",
    formerEndsAt: formerEndsAt?.toISOString() ?? null,
    ...(reason && { reason: { code: reason.code, message: messageOf(reason) } }),
  };
}
