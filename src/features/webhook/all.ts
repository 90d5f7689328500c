import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { providerOf } from "@/features/git-provider/client/open";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";
import { applicationsOfHooks, hookKey } from "@/features/webhook/applications";
import type { AllWebhooks, Webhook } from "@/features/webhook/contract";
import { showWebhook } from "@/features/webhook/public";
import { hookLeft, type WebhookRow } from "@/features/webhook/row";
import { openHookSecret, type SealedHookSecret } from "@/features/webhook/secrets";
import { Fault } from "@/lib/fault";

/** The webhooks of the organization's repositories, also those left at a host that nothing needs, of the providers that the caller may see. */
export async function all(caller: Caller, { applicationId, gitProviderId }: AllWebhooks): Promise<Webhook[]> {
  const { organizationId } = caller;
  const providers = new Map(
    (await readProviders(viewerOf(caller))).map((row) => [row.gitProviderId, row] as const),
  );
  const ids = gitProviderId ? [gitProviderId].filter((id) => providers.has(id)) : [...providers.keys()];
  const rows = await db().webhook.findMany({
    where: {
      organizationId,
      gitProviderId: { in: ids },
      OR: [{ isUnwanted: false }, { reasonCode: hookLeft }],
    },
    orderBy: [{ repositoryFullName: "asc" }, { webhookId: "asc" }],
  });
  const applications = await applicationsOfHooks(organizationId, ids);
  const hints = await secretHints(organizationId, rows);
  const shown = rows.flatMap((row) => {
    const provider = providers.get(row.gitProviderId);
    const around = {
      applications: applications.get(hookKey(row)) ?? [],
      secretHint: hints.get(row.webhookId) ?? null,
    };
    return provider ? [showWebhook(row, { ...around, provider, type: providerOf(provider) })] : [];
  });
  return applicationId
    ? shown.filter((one) => one.applications.some((each) => each.applicationId === applicationId))
    : shown;
}

/** The first characters of the secrets in use. All begin alike on hosts that sign with keys: what follows is shown. */
async function secretHints(organizationId: string, rows: WebhookRow[]): Promise<Map<string, string>> {
  const secrets = await db().webhookSecret.findMany({
    where: { organizationId, webhookId: { in: rows.map(({ webhookId }) => webhookId) }, endsAt: null },
    orderBy: { createdAt: "asc" },
  });
  return new Map(secrets.map((row) => [row.webhookId, hintOf(row)] as const));
}

/** One that cannot be opened has no hint; the check of the hook says why. */
function hintOf(row: SealedHookSecret): string {
  try {
    return openHookSecret(row)
      .replace(/^whsec_/, "")
      .slice(0, 4);
  } catch (error) {
    if (error instanceof Fault) return "";
    throw error;
  }
}
