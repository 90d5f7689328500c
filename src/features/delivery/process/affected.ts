import { type Db, db } from "@/db/client";
import type { Prisma } from "@/db/generated/client";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { hostOfRow, isSameHost } from "@/features/git-provider/repository/same-host";

/** What a decision needs to know of an application. */
export const forDeciding = {
  gitProvider: { select: { name: true, status: true } },
  environments: { orderBy: [{ createdAt: "asc" }, { environmentId: "asc" }] },
} as const satisfies Prisma.ApplicationInclude;

export type AffectedApplication = Prisma.ApplicationGetPayload<{ include: typeof forDeciding }>;

/** More applications of one repository than these are not looked at. */
const mostApplications = 500;

/**
 * The applications whose code lies in a repository, through whichever provider of the same host they use. They are
 * found by the host's permanent id of the repository alone: a name may have gone to another one. A plain Git server has
 * no such ids; there the address stands for it.
 * @param via the provider whose webhook told of it
 */
export async function affectedApplications(
  via: ProviderRow,
  repositoryId: string,
  tx: Db = db(),
): Promise<AffectedApplication[]> {
  const { organizationId } = via;
  const id = repositoryId.replaceAll("\0", "");
  const found = await tx.application.findMany({
    where: { organizationId, OR: [{ repositoryId: id }, { repositoryId: null, repositoryUrl: id }] },
    include: forDeciding,
    orderBy: { createdAt: "asc" },
    take: mostApplications,
  });
  const others = [...new Set(found.map(({ gitProviderId }) => gitProviderId))];
  const host = hostOfRow(via);
  const atHost = new Set<string>();
  for (const gitProviderId of others) {
    const row =
      gitProviderId === via.gitProviderId ? via : await readProvider(system(organizationId), gitProviderId);
    if (isSameHost(host, hostOfRow(row))) atHost.add(gitProviderId);
  }
  return found.filter(({ gitProviderId }) => atHost.has(gitProviderId));
}
