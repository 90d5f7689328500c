import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import { openForge } from "@/features/git-provider/client/open";
import type { ReassignGitProvider, ReassignResult } from "@/features/git-provider/contract";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { holdInService } from "@/features/git-provider/removal/begin";
import {
  type ApplicationAccess,
  applicationsOf,
  checkApplicationAccess,
} from "@/features/git-provider/repository/check-access";
import { hostOfRow, isSameHost } from "@/features/git-provider/repository/same-host";
import { Fault } from "@/lib/fault";
import { inParallel } from "@/lib/map-concurrently";
import { messageOf } from "@/lib/reason";

const atOnce = 5;

/**
 * Move applications to another provider: those whose repository the other one reads. The others stay, with the reason.
 * @throws Fault `not_found` | `forbidden` without `application:write` | `conflict` | of the target
 */
export async function reassign(caller: Caller, input: ReassignGitProvider): Promise<ReassignResult> {
  assertApplicationWrite(caller);
  const from = await readProvider(viewerOf(caller), input.fromGitProviderId);
  const opened = await openForge(caller, input.toGitProviderId);
  const sameHost = isSameHost(hostOfRow(from), hostOfRow(opened.row));
  const applications = await applicationsOf(from, input.applicationIds);
  const reached = await inParallel(applications, atOnce, (application) =>
    checkApplicationAccess(opened, application, sameHost),
  );
  const dryRun = input.dryRun ?? false;
  if (!dryRun) await move(input, caller.organizationId, reached);
  return { moved: reached.map(shown), dryRun };
}

function assertApplicationWrite({ permissions }: Caller): void {
  if (permissions.has("application:write")) return;
  throw new Fault("forbidden", { code: "permission_denied", params: { permission: "application:write" } });
}

async function move(
  input: ReassignGitProvider,
  organizationId: string,
  reached: ApplicationAccess[],
): Promise<void> {
  const able = reached.filter(({ reason }) => reason === null);
  await transaction(async (tx) => {
    await holdInService(tx, input.toGitProviderId);
    for (const { application, fullName, repository } of able) {
      await tx.application.updateMany({
        where: {
          organizationId,
          applicationId: application.applicationId,
          gitProviderId: input.fromGitProviderId,
        },
        data: {
          gitProviderId: input.toGitProviderId,
          repositoryFullName: fullName,
          ...(repository && { repository, repositoryId: repository.id, repositoryUrl: repository.url }),
        },
      });
    }
  });
}

function shown({
  application: { applicationId, name },
  reason,
}: ApplicationAccess): ReassignResult["moved"][number] {
  const why = reason && { reason: { code: reason.code, message: messageOf(reason) } };
  return { applicationId, name, reachable: reason === null, ...why };
}
