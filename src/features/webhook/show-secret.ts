import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db, transaction, withoutAudit } from "@/db/client";
import { providerOf, secretsOf } from "@/features/git-provider/client/open";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { appSecretColumn } from "@/features/webhook/app-secret";
import type { OneWebhook, WebhookSecretShown } from "@/features/webhook/contract";
import { findWebhook } from "@/features/webhook/find";
import { addressOf, eventsOf, isOfApp } from "@/features/webhook/public";
import type { WebhookRow } from "@/features/webhook/row";
import { addSecret, generateHookSecret, readSecrets } from "@/features/webhook/secrets";
import type { Provider } from "@/providers/provider";

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
  const { secret, formerEndsAt } = isApp ? await appSecretOf(provider, row) : await ownSecretOf(row, type);
  const url = addressOf(row, { provider, type });
  const field = isApp || isWrittenByUs(row) ? null : (type.webhooks?.byHand?.field ?? null);
  return { webhookId: row.webhookId, url, secret, field, events: eventsOf(row, type), formerEndsAt };
}

function isWrittenByUs({ mode }: WebhookRow): boolean {
  return mode === "hook";
}

/** The newest secret, in the form that a person can give to the host. One of another form is replaced by it. */
async function ownSecretOf(row: WebhookRow, { webhooks }: Provider) {
  const secrets = await readSecrets(row);
  const newest = secrets.find(({ endsAt }) => endsAt === null);
  const known = newest?.secret ?? generateHookSecret();
  const secret = isWrittenByUs(row) ? known : (webhooks?.byHand?.secretOf(known) ?? known);
  const formerEndsAt = endOf(secrets.filter(({ endsAt }) => endsAt !== null));
  if (newest?.secret === secret) return { secret, formerEndsAt };
  await withoutAudit(() =>
    transaction(async (tx) => {
      await addSecret(tx, row, secret);
      if (!newest || newest.writtenAt) return;
      const { organizationId } = row;
      const { webhookSecretId } = newest;
      await tx.webhookSecret.deleteMany({ where: { organizationId, webhookSecretId } });
    }),
  );
  return { secret, formerEndsAt };
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
    where: {
      organizationId,
      webhook: { gitProviderId },
      endsAt: { gt: new Date() },
      NOT: { writtenAt: null },
    },
    select: { endsAt: true },
    orderBy: { endsAt: "desc" },
  });
}
