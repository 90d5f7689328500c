import { sessionOf, tried } from "@/features/git-provider/client/pipeline";

import type { RotateResult } from "@/features/git-provider/contract";
import type { Change } from "@/features/git-provider/input/change";
import type { ProviderRow } from "@/features/git-provider/record/row";
import {
  type ApplicationAccess,
  applicationsOf,
  checkApplicationAccess,
} from "@/features/git-provider/repository/check-access";
import { syncName } from "@/features/git-provider/repository/sync-name";
import { inParallel } from "@/lib/map-concurrently";
import { messageOf } from "@/lib/reason";
import type { Provider } from "@/providers/provider";

const atOnce = 5;

/**
 * Whether the host takes a connection as a change would make it, and per application in use whether its repository can
 * be read that way. Nothing is recorded: a refused new secret does not break the health of the provider.
 * @throws what the host answers when it refuses the credential
 */
export async function dryRunChange(
  provider: Provider,
  row: ProviderRow,
  change: Change,
  stored: Record<string, string | null>,
): Promise<RotateResult["repositories"]> {
  const { authMethod, settings } = change;
  const secrets = { ...stored, ...change.secrets };
  const session = tried(sessionOf({ authMethod, settings, secrets }), row);
  const opened = { row, provider, session, forge: provider.open(session) };
  await opened.forge.verify();
  const applications = await applicationsOf(row);
  const reached = await inParallel(applications, atOnce, (application) =>
    checkApplicationAccess(opened, application, true),
  );
  const { organizationId } = row;
  for (const { application, repository } of reached) {
    if (repository) await syncName({ organizationId, applicationId: application.applicationId }, repository);
  }
  return reached.map(shown);
}

function shown({ application, fullName, reason }: ApplicationAccess): RotateResult["repositories"][number] {
  const { applicationId, name } = application;
  return {
    applicationId,
    name,
    repository: fullName,
    reachable: reason === null,
    ...(reason && { reason: { code: reason.code, message: messageOf(reason) } }),
  };
}
