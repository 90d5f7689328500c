import { db } from "@/db/client";
import type { Webhook as StoredWebhook } from "@/db/generated/client";
import { providerOf, secretsOf, storedSettings } from "@/features/git-provider/client/open";
import { sessionOf } from "@/features/git-provider/client/pipeline";
import type { RemovalReport } from "@/features/git-provider/contract";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { line } from "@/features/git-provider/removal/report";
import { asFault } from "@/lib/fault";
import { inParallel } from "@/lib/map-concurrently";
import type { Forge } from "@/providers/provider";

/** All webhooks together: a host that is away does not hold up the removal. */
const deadlineMs = 10_000;
const atOnce = 5;

type Lines = Pick<RemovalReport, "done" | "left">;

/**
 * Remove the webhooks that were made through a provider at its host, before its credential ends. Ends within ten seconds
 * and never throws: what could not be removed, or was added by a person, becomes a line of the removal report.
 */
export async function removeWebhooks(row: ProviderRow): Promise<Lines> {
  const webhooks = await webhooksOf(row);
  if (webhooks.length === 0) return { done: [], left: [] };
  const forge = await openForRemoval(row).catch(() => null);
  const reports = await inParallel(webhooks, atOnce, (webhook) => removeOne(forge, webhook));
  return { done: reports.flatMap(({ done }) => done), left: reports.flatMap(({ left }) => left) };
}

async function removeOne(forge: Forge | null, webhook: StoredWebhook): Promise<Lines> {
  const { repositoryFullName: repository, repositoryId: id, hostHookId, mode, url } = webhook;
  const left = (text: string): Lines => {
    const reason = { code: "webhook_left", params: { repository, address: url, text } };
    return { done: [], left: [line(reason, forge?.page("repository", repository))] };
  };
  if (mode !== "hook" || hostHookId === null || !forge?.hooks) return left("");
  try {
    await forge.hooks.remove({ id, fullName: repository }, hostHookId);
    return { done: [line({ code: "webhook_removed", params: { repository } })], left: [] };
  } catch (error) {
    return left(asFault(error).message);
  }
}

/** The same lines without asking the host. */
export async function plannedWebhookRemoval(row: ProviderRow): Promise<Lines> {
  const webhooks = await webhooksOf(row);
  const own = webhooks.filter(({ mode }) => mode === "hook");
  const manual = webhooks.filter(({ mode }) => mode === "manual");
  return {
    done: own.map(({ repositoryFullName: repository }) =>
      line({ code: "webhook_would_go", params: { repository } }),
    ),
    left: manual.map(({ repositoryFullName: repository, url }) =>
      line({ code: "webhook_left", params: { repository, address: url, text: "" } }),
    ),
  };
}

/** Those that are at the host: the ones that Slipway made, and those that a person added and that have delivered. */
async function webhooksOf({ organizationId, gitProviderId }: ProviderRow): Promise<StoredWebhook[]> {
  const made = { mode: "hook", NOT: { hostHookId: null } };
  const added = { mode: "manual", NOT: { lastDeliveryAt: null } };
  return db().webhook.findMany({
    where: { organizationId, gitProviderId, OR: [made, added] },
    orderBy: { repositoryFullName: "asc" },
  });
}

async function openForRemoval(row: ProviderRow): Promise<Forge> {
  const signal = AbortSignal.timeout(deadlineMs);
  const provider = providerOf(row);
  const secrets = await secretsOf(provider, row);
  const settings = storedSettings(provider, row);
  return provider.open(sessionOf({ authMethod: row.authMethod, settings, secrets, signal }));
}
