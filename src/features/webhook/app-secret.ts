import { db, transaction, withoutAudit } from "@/db/client";
import type { Opened } from "@/features/git-provider/client/open";
import { updateFields } from "@/features/git-provider/record/store";
import type { WebhookRow } from "@/features/webhook/row";
import { addSecret } from "@/features/webhook/secrets";
import type { Provider } from "@/providers/provider";

/** How long deliveries may still come with the former secret, unless whoever replaces it says otherwise. */
const windowMs = 24 * 3_600_000;

/** The end of a former secret that the host may still sign with. */
const untilWritten = new Date("9999-01-01T00:00:00Z");

/** The column of an App's row with the secret of its one hook. */
export function appSecretColumn({ webhooks }: Provider): string {
  return webhooks?.appHook?.secret ?? "";
}

/** Empty when the App has none. */
export function appSecretOf({ session, provider }: Opened): string {
  return session.secrets[appSecretColumn(provider)] ?? "";
}

/**
 * Store another secret of an App's hook before the host is given it. The former one is kept with the webhook of this
 * repository and has no end until `confirmAppSecret`: its row also says that the host has still to be given the new one.
 */
export async function replaceAppSecret(opened: Opened, row: WebhookRow, secret: string): Promise<void> {
  await withoutAudit(() =>
    transaction(async (tx) => {
      const { organizationId } = row;
      const webhookSecretId = await addSecret(tx, row, appSecretOf(opened) || secret);
      await tx.webhookSecret.updateMany({
        where: { organizationId, webhookSecretId },
        data: { endsAt: untilWritten },
      });
    }),
  );
  await saveAppSecret(opened, secret);
}

/** Whether the App at the host may still have a former secret. */
export async function isAppSecretUnwritten(of: {
  organizationId: string;
  gitProviderId: string;
}): Promise<boolean> {
  return (await db().webhookSecret.count({ where: unwritten(of) })) > 0;
}

/** The host has the secret now: the former ones end with the window. */
export async function confirmAppSecret(
  opened: Opened,
  { now, formerEndsAt }: { now: Date; formerEndsAt?: Date | undefined },
): Promise<void> {
  const endsAt = formerEndsAt ?? new Date(now.getTime() + windowMs);
  const { count } = await withoutAudit(() =>
    db().webhookSecret.updateMany({ where: unwritten(opened.row), data: { endsAt, writtenAt: now } }),
  );
  // Processes that keep the secrets of the App are told when its row is written.
  if (count > 0) await saveAppSecret(opened, appSecretOf(opened));
}

function unwritten({ organizationId, gitProviderId }: { organizationId: string; gitProviderId: string }) {
  return { organizationId, webhook: { gitProviderId }, endsAt: untilWritten };
}

/** Store the secret of an App's hook. The credential stays the same, so no cache is dropped. */
async function saveAppSecret({ row, provider, session }: Opened, secret: string): Promise<void> {
  const { organizationId, gitProviderId } = row;
  const rowId = String(row.fields[provider.idField]);
  const secrets = { [appSecretColumn(provider)]: secret };
  await withoutAudit(() =>
    transaction((tx) =>
      updateFields(tx, provider, { organizationId, gitProviderId, rowId, settings: {}, secrets }),
    ),
  );
  Object.assign(session.secrets, secrets);
}
