import { db } from "@/db/client";
import type { Opened } from "@/features/git-provider/open";
import { parseOn, readPasted } from "@/features/git-provider/pasted";
import type { ProviderRow } from "@/features/git-provider/row";
import type { Repository } from "@/git/nouns";
import { asFault, Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";

/** An application as far as its repository is concerned. */
export interface InUse {
  applicationId: string;
  name: string;
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
    select: { applicationId: true, name: true, repositoryFullName: true, repositoryUrl: true },
    orderBy: { name: "asc" },
    take: mostAtOnce,
  });
}

/** Whether an opened provider can read the repository of an application. Never throws. */
export async function reachInUse(opened: Opened, application: InUse): Promise<ReachedInUse> {
  const fullName = application.repositoryFullName;
  try {
    return await tried(opened, application);
  } catch (error) {
    return { application, fullName, reason: asFault(error).reason };
  }
}

async function tried({ forge, provider, row, session }: Opened, application: InUse): Promise<ReachedInUse> {
  const parsed = parseOn(provider, session.settings, readPasted(application.repositoryUrl));
  if (!parsed) throw new Fault("invalid_input", { code: "url_elsewhere", params: { name: row.name } });
  const { fullName } = parsed;
  if (!forge.repositories) {
    await forge.refs.list({ fullName }, { kind: "branch", limit: 1 });
    return { application, fullName, reason: null };
  }
  const repository = await forge.repositories.get({ fullName });
  return { application, fullName: repository.fullName, repository, reason: null };
}
