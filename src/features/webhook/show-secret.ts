import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db, transaction, withoutAudit } from "@/db/client";
import { providerOf, secretsOf } from "@/features/git-provider/client/open";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { appSecretColumn } from "@/features/webhook/app-hook";
import type { OneWebhook, WebhookSecretShown } from "@/features/webhook/contract";
import { findWebhook } from "@/features/webhook/find";
import { addressOf, eventsOf, isOfApp } from "@/features/webhook/public";
import type { WebhookRow } from "@/features/webhook/row";
import { addSecret, generateHookSecret, readSecrets } from "@/features/webhook/secrets";

/**
 * Address, secret and events of a webhook, for whoever adds it at the host by hand. A mutation, so that it is recorded
 * who has seen the secret.
 * @throws Fault `not_found` | `forbidden` for an App's secret without the right to manage its provider
 */
export async function showSecret(caller: Caller, { webhookId }: OneWebhook): Promise<WebhookSecretShown> {
  const row = await findWebhook(caller, webhookId);
  annotate({ target: { type: "webhook", id: row.webhookId, name: row.repositoryFullName } });
  const provider = await readProvider(viewerOf(caller), row.gitProviderId);
  const type = providerOf(provider);
  const isApp = isOfApp(row, provider);
  if (isApp) assertManage(provider);
  const { secret, formerEndsAt } = isApp ? await appSecretOf(provider, row) : await ownSecretOf(row);
  const url = addressOf(row, { provider, type });
  return { webhookId: row.webhookId, url, secret, events: eventsOf(row, type), formerEndsAt };
}

async function ownSecretOf(row: WebhookRow) {
  const secrets = await readSecrets(row);
  const [newest] = secrets;
  if (newest && newest.endsAt === null)
    return { secret: newest.secret, formerEndsAt: endOf(secrets.slice(1)) };
  const secret = generateHookSecret();
  await withoutAudit(() => transaction((tx) => addSecret(tx, row, secret)));
  return { secret, formerEndsAt: null };
}

async function appSecretOf(provider: ProviderRow, row: WebhookRow) {
  const type = providerOf(provider);
  const secrets = await secretsOf(type, provider);
  const former = await formerAppSecrets(row);
  return { secret: secrets[appSecretColumn(type)] ?? "", formerEndsAt: endOf(former) };
}

function endOf(former: { endsAt: Date | null }[]): string | null {
  return former[0]?.endsAt?.toISOString() ?? null;
}

/** Former secrets of an App, which are kept with the hook that they were replaced for. */
async function formerAppSecrets({ organizationId, gitProviderId }: WebhookRow) {
  return db().webhookSecret.findMany({
    where: { organizationId, webhook: { gitProviderId }, endsAt: { gt: new Date() } },
    select: { endsAt: true },
    orderBy: { endsAt: "desc" },
  });
}
