import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { GitProviderUsage, OneGitProvider } from "@/features/git-provider/contract";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";

const shown = 500;

const select = {
  applicationId: true,
  name: true,
  repositoryFullName: true,
  environments: {
    select: { environmentId: true, name: true, branch: true },
    orderBy: { name: "asc" },
  },
} as const;

/** Applications and environments that stop when the provider stops. Their names need `application:read`. */
export async function usage(caller: Caller, { gitProviderId }: OneGitProvider): Promise<GitProviderUsage> {
  const row = await readProvider(viewerOf(caller), gitProviderId);
  const where = { gitProviderId, organizationId: caller.organizationId };
  const mayRead = caller.permissions.has("application:read");
  const [environmentCount, applications] = await Promise.all([
    db().environment.count({ where: { application: where } }),
    mayRead ? db().application.findMany({ where, select, orderBy: { name: "asc" }, take: shown }) : [],
  ]);
  return {
    applications: applications.map(({ repositoryFullName: repository, ...rest }) => ({
      ...rest,
      repository,
    })),
    applicationCount: row.applicationCount,
    environmentCount,
    lastUsedAt: row.lastUsedAt,
  };
}
