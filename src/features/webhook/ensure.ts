import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db, transaction, withoutAudit } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { providerOf } from "@/features/git-provider/client/open";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { applicationsOfHooks, type HookApplication, hookKey } from "@/features/webhook/applications";
import { careFor } from "@/features/webhook/care";
import { releaseHook, takeHook } from "@/features/webhook/claim";
import type { EnsuredWebhooks, EnsureWebhooks } from "@/features/webhook/contract";
import { planHooks } from "@/features/webhook/plan";
import { addressOf } from "@/features/webhook/public";
import { restoredCode } from "@/features/webhook/restored";
import type { WebhookRow } from "@/features/webhook/row";
import type { Outcome } from "@/features/webhook/settle";
import { Fault } from "@/lib/fault";
import { inParallel } from "@/lib/map-concurrently";
import { messageOf } from "@/lib/reason";

const atOnce = 6;

/**
 * Make, repair or check the hooks of one application, or of all that use providers the caller may see, now.
 * @returns what came of each, an application that needs no events with a reason
 * @throws Fault `not_found`
 */
export async function ensure(caller: Caller, { applicationId }: EnsureWebhooks): Promise<EnsuredWebhooks> {
  const { organizationId } = caller;
  if (applicationId) await assertApplication(caller, applicationId);
  await withoutAudit(() => transaction((tx) => planHooks(tx, organizationId)));
  const providers = await readProviders(viewerOf(caller));
  const ids = providers.map(({ gitProviderId }) => gitProviderId);
  await wakeRestored(organizationId, ids, applicationId);
  const applications = await applicationsOfHooks(organizationId, ids);
  const rows = await db().webhook.findMany({
    where: { organizationId, gitProviderId: { in: ids }, isUnwanted: false },
    orderBy: [{ repositoryFullName: "asc" }, { webhookId: "asc" }],
  });
  const chosen = rows.filter((row) => isChosen(applications.get(hookKey(row)), applicationId));
  const outcomes = await careForEach(chosen);
  annotate({ details: { count: chosen.length } });
  const items = chosen.flatMap((row, at) =>
    itemsOf(row, outcomes[at], {
      provider: providers.find(({ gitProviderId }) => gitProviderId === row.gitProviderId),
      applications: (applications.get(hookKey(row)) ?? []).filter((one) => isChosen([one], applicationId)),
    }),
  );
  return { items: items.length > 0 || !applicationId ? items : [await unneeded(caller, applicationId)] };
}

/**
 * A person takes over what rests since a backup was restored: the hooks are looked after by the call itself, those that
 * are to be removed and the schedules by the background rounds. A schedule runs once for all runs that it missed.
 */
async function wakeRestored(organizationId: string, ids: string[], applicationId?: string | null) {
  const now = new Date();
  const gitProviderId = { in: ids };
  await withoutAudit(async () => {
    await db().environment.updateMany({
      where: {
        application: { organizationId, gitProviderId, ...(applicationId && { applicationId }) },
        schedule: { not: null },
        scheduleDueAt: null,
      },
      data: { scheduleDueAt: now },
    });
    if (applicationId) return;
    await db().webhook.updateMany({
      where: { organizationId, gitProviderId, isUnwanted: true, reasonCode: restoredCode },
      data: { reasonCode: null, reasonParams: Prisma.DbNull, checkDueAt: now },
    });
  });
}

function isChosen(applications: HookApplication[] = [], applicationId?: string | null): boolean {
  return applications.some((one) => !applicationId || one.applicationId === applicationId);
}

async function assertApplication({ organizationId }: Caller, applicationId: string): Promise<void> {
  const where = { organizationId, applicationId: applicationId.replaceAll("\0", "") };
  if ((await db().application.count({ where })) === 0)
    throw new Fault("not_found", { code: "not_found", params: { what: "application" } });
}

/** One hook of an App serves all of its repositories: it is looked after once. */
async function careForEach(rows: WebhookRow[]): Promise<Outcome[]> {
  const shared = new Map<string, Promise<Outcome>>();
  return inParallel(rows, atOnce, async (row) => {
    if (row.mode !== "app") return careNow(row);
    const known = shared.get(row.gitProviderId);
    if (known) return ofRow(row, await known);
    const running = careNow(row);
    shared.set(row.gitProviderId, running);
    return running;
  });
}

/** The hook of the App may be right for one repository and lack events that another one needs. */
async function ofRow({ organizationId, webhookId }: WebhookRow, outcome: Outcome): Promise<Outcome> {
  const row = await db().webhook.findFirst({ where: { organizationId, webhookId } });
  return row?.state === "broken" || outcome.state !== "failed" ? outcome : { state: "unchanged" };
}

async function careNow({ webhookId }: WebhookRow): Promise<Outcome> {
  const now = new Date();
  const row = await takeHook(webhookId, now);
  if (!row) return { state: "unchanged", reason: { code: "hook_busy" } };
  try {
    return await careFor(row, { now, isAsked: true });
  } finally {
    await releaseHook(row);
  }
}

interface Around {
  provider: ProviderRow | undefined;
  applications: HookApplication[];
}

function itemsOf(row: WebhookRow, outcome: Outcome | undefined, { provider, applications }: Around) {
  if (!outcome || !provider) return [];
  const { state, reason, page } = outcome;
  return applications.map(({ applicationId, name }) => ({
    applicationId,
    application: name,
    state,
    url: addressOf(row, { provider, type: providerOf(provider) }),
    ...(reason && { reason: { code: reason.code, message: messageOf(reason) } }),
    ...(page && { page }),
  }));
}

/** An application that is deployed by hand only, and has no previews. */
async function unneeded({ organizationId }: Caller, applicationId: string) {
  const { name } = await db().application.findFirstOrThrow({ where: { organizationId, applicationId } });
  const reason = { code: "hook_unneeded" };
  const state = "unchanged" as const;
  return {
    applicationId,
    application: name,
    state,
    url: null,
    reason: { ...reason, message: messageOf(reason) },
  };
}
