import { db } from "@/db/client";
import type { Opened } from "@/features/git-provider/client/open";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { matchUrl, parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import type { Repository } from "@/git/nouns";
import { asFault, Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";

/** An application as far as its repository is concerned. */
export interface InUse {
  applicationId: string;
  name: string;
  /** The host's permanent id; null where hosts have none. */
  repositoryId: string | null;
  repositoryFullName: string;
  repositoryUrl: string;
}

export interface ReachedInUse {
  application: InUse;
  /** Null when the repository can be read. */
  reason: Reason | null;
  fullName: string;
  repository?: Repository;
}

const mostAtOnce = 1000;

/** The applications that use a provider; only the chosen ones when some are. */
export function applicationsOf(
  { organizationId, gitProviderId }: Pick<ProviderRow, "organizationId" | "gitProviderId">,
  chosen?: string[] | null,
): Promise<InUse[]> {
  return db().application.findMany({
    where: { organizationId, gitProviderId, ...(chosen && { applicationId: { in: chosen } }) },
    select: {
      applicationId: true,
      name: true,
      repositoryId: true,
      repositoryFullName: true,
      repositoryUrl: true,
    },
    orderBy: { name: "asc" },
    take: mostAtOnce,
  });
}

/**
 * Whether an opened provider can read the repository of an application. Never throws.
 * @param sameHost the provider is the application's own: its repository is asked for by the permanent id, as it may
 *   have another name by now. Of another host the id says nothing.
 */
export async function reachInUse(
  opened: Opened,
  application: InUse,
  sameHost = false,
): Promise<ReachedInUse> {
  const fullName = application.repositoryFullName;
  try {
    return await tried(opened, application, sameHost);
  } catch (error) {
    return { application, fullName, reason: asFault(error).reason };
  }
}

async function tried(
  { forge, provider, row, session }: Opened,
  application: InUse,
  sameHost: boolean,
): Promise<ReachedInUse> {
  const parsed = matchUrl(provider, session.settings, parseRepositoryUrl(application.repositoryUrl));
  if (!parsed) throw new Fault("invalid_input", { code: "url_elsewhere", params: { name: row.name } });
  const { fullName } = parsed;
  if (!forge.repositories) {
    await forge.refs.list({ fullName }, { kind: "branch", limit: 1 });
    return { application, fullName, reason: null };
  }
  const id = (sameHost && application.repositoryId) || undefined;
  const repository = await forge.repositories.get({ id, fullName });
  return { application, fullName: repository.fullName, repository, reason: null };
}
