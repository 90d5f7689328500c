import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { foreignViolation } from "@/db/violation";
import type { OneGitProvider } from "@/features/git-provider/contract";
import { readProvider } from "@/features/git-provider/read";
import type { ProviderRow } from "@/features/git-provider/row";
import { demandManage, viewerOf } from "@/features/git-provider/visibility";
import { Fault } from "@/lib/fault";

const shown = 100;

/**
 * Remove a provider with its secrets and its cached lists.
 * @throws Fault `conflict` reason `provider_in_use`, whose details name the applications, while any uses it
 */
export async function remove(
  caller: Caller,
  { gitProviderId }: OneGitProvider,
): Promise<Record<string, never>> {
  const row = await readProvider(viewerOf(caller), gitProviderId);
  demandManage(row);
  if (row.applicationCount > 0) throw await inUse(caller, row);
  try {
    const { organizationId } = caller;
    await db().gitProvider.deleteMany({ where: { gitProviderId, organizationId } });
  } catch (error) {
    // An application chose it a moment ago: the database refuses what the count did not see.
    if (foreignViolation(error) === null) throw error;
    throw await inUse(caller, row);
  }
  return {};
}

async function inUse(caller: Caller, { gitProviderId, name, organizationId }: ProviderRow): Promise<Fault> {
  const where = { gitProviderId, organizationId };
  const count = await db().application.count({ where });
  const select = { applicationId: true, name: true };
  const applications = caller.permissions.has("application:read")
    ? await db().application.findMany({ where, select, orderBy: { name: "asc" }, take: shown })
    : [];
  const reason = { code: "provider_in_use", params: { name, count } };
  return new Fault("conflict", reason, { details: { count, applications } });
}
