import { db } from "@/db/client";
import { short } from "@/features/delivery/decide/common";
import type { AffectedApplication } from "@/features/delivery/process/affected";
import type { HostAnswers } from "@/features/delivery/process/host-answers";
import type { StoredTrace } from "@/features/delivery/process/stored";
import { checksChanged } from "@/features/deployment/run/wait-for-checks";
import { recordInstallation } from "@/features/git-provider/health/record-installation";
import { system } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { checkRepositoryAccess } from "@/features/git-provider/repository/check-access";
import { syncRepository } from "@/features/git-provider/repository/sync-name";
import { asFault } from "@/lib/fault";
import { messageOf, type Reason } from "@/lib/reason";
import type { Report } from "@/providers/kit/webhook-report";
import type { HookItem, HookRepository, InstallationEvent } from "@/providers/webhook";

/** What one event of a delivery is about, with the applications whose code lies there. */
export interface Affected {
  item: HookItem;
  applications: AffectedApplication[];
}

/**
 * Bring what is known of repositories and installations up to what an event says happened. The event only leads to the
 * question: the host's answer is what is stored. Never throws for a host that does not answer.
 */
export async function learnFrom(
  via: ProviderRow,
  affected: Affected[],
  answers: HostAnswers,
): Promise<StoredTrace> {
  const learned: StoredTrace = [];
  for (const { item, applications } of affected) {
    if (item.kind === "installation") learned.push(await installationChanged(via, item));
    const isTold = item.kind === "repository";
    const isUsed = item.kind === "push" || item.kind === "pullRequest";
    if (isTold || (isUsed && isRenamed(item.repository, applications)))
      learned.push(...(await repositoryChanged(item.repository, applications, answers, isTold)));
  }
  return learned;
}

/**
 * Somebody reported on a commit: deployments that wait for its checks look again. What Slipway reports comes back as an
 * event too, and means nothing.
 */
export async function learnFromReport({ organizationId }: ProviderRow, report: Report): Promise<StoredTrace> {
  if (report.isOwn) return [{ rule: "event", outcome: "stop", detail: { code: "delivery_own_event" } }];
  if (report.sha === null) return [];
  await checksChanged(organizationId, report.sha);
  const detail = { code: "delivery_checks_told", params: { sha: short(report.sha) } };
  return [{ rule: "checks", outcome: "pass", detail }];
}

/** Some hosts tell nothing of a new name but by using it. */
function isRenamed({ fullName }: HookRepository, applications: AffectedApplication[]): boolean {
  return (
    fullName !== undefined && applications.some(({ repositoryFullName }) => repositoryFullName !== fullName)
  );
}

/** @param isTold the host told of a change; otherwise only another name was seen */
async function repositoryChanged(
  { id }: HookRepository,
  applications: AffectedApplication[],
  answers: HostAnswers,
  isTold: boolean,
): Promise<StoredTrace> {
  const [first] = applications;
  if (!first) return [];
  const { repositoryFullName: was } = first;
  try {
    const forge = await answers.forgeOf(first);
    const { repository } = await checkRepositoryAccess(forge, { id, fullName: was });
    if (!repository) return [];
    for (const application of applications) {
      await syncRepository(application, repository);
      // For the questions that follow.
      application.repositoryFullName = repository.fullName;
    }
    if (isTold || repository.fullName !== was) await dropKnown(id, applications);
    return [{ rule: "repository", outcome: "pass", detail: nameReason(was, repository.fullName) }];
  } catch (error) {
    await dropKnown(id, applications);
    const why = messageOf(asFault(error).reason);
    return [
      {
        rule: "repository",
        outcome: "skip",
        detail: { code: "delivery_repository_unread", params: { why } },
      },
    ];
  }
}

/** Lists that may hold the former name are read anew, and the hooks of the repository are looked at soon. */
async function dropKnown(repositoryId: string, applications: AffectedApplication[]): Promise<void> {
  const providers = applications.map(({ organizationId, gitProviderId }) => ({
    organizationId,
    gitProviderId,
  }));
  await db().repositoryList.deleteMany({ where: { OR: providers } });
  await db().webhook.updateMany({
    where: { repositoryId, OR: providers },
    data: { checkDueAt: new Date() },
  });
}

function nameReason(was: string, now: string): Reason {
  if (now === was) return { code: "delivery_repository_known", params: { repository: now } };
  return { code: "delivery_repository_renamed", params: { was, now } };
}

async function installationChanged(
  via: ProviderRow,
  { installationId, change }: InstallationEvent,
): Promise<StoredTrace[number]> {
  const all = await readProviders(system(via.organizationId));
  const installed = all.filter(
    ({ providerType, fields }) =>
      providerType === via.providerType && fields.githubInstallationId === installationId,
  );
  for (const row of installed) await recordInstallation(row, change);
  const detail = { code: "delivery_installation", params: { count: installed.length } };
  return { rule: "installation", outcome: installed.length > 0 ? "pass" : "skip", detail };
}
