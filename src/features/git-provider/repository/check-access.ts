import { db } from "@/db/client";
import type { Opened } from "@/features/git-provider/client/open";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { matchUrl, parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import type { Repository, RepositoryKey } from "@/git/nouns";
import { asFault, Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import type { Forge } from "@/providers/provider";

/** A repository that can be read. */
export interface RepositoryAccess {
  fullName: string;
  /** What the host says of it; null for a plain Git server. */
  repository: Repository | null;
  /** The default branch; null when the repository is empty or the server names none. */
  branch: string | null;
}

const usualBranches = ["main", "master"];

/**
 * Ask the host for a repository: the only place that decides whether a connection can read it.
 * @param key with an id only where it is one of this host
 * @throws Fault `conflict` reason `repository_replaced`, `not_found` | `credential_rejected` | `permission_missing` and
 * whatever else the host answers
 */
export async function checkRepositoryAccess(forge: Forge, key: RepositoryKey): Promise<RepositoryAccess> {
  if (forge.repositories) {
    const repository = await forge.repositories.get(key).catch((error) => notReplaced(forge, key, error));
    assertNotReplaced(key, repository);
    return { fullName: repository.fullName, repository, branch: repository.defaultBranch };
  }
  const { items } = await forge.refs.list(key, { kind: "branch", limit: 100 });
  const names = items.map(({ name }) => name);
  const chosen = items.find((ref) => ref.default)?.name ?? usualBranches.find((name) => names.includes(name));
  return { fullName: key.fullName, repository: null, branch: chosen ?? names[0] ?? null };
}

/** Where the id is gone, a repository that has its name now is another one. */
async function notReplaced(forge: Forge, key: RepositoryKey, error: unknown): Promise<never> {
  if (!key.id || !(error instanceof Fault) || error.code !== "not_found") throw error;
  const named = await forge.repositories?.get({ fullName: key.fullName }).catch(() => null);
  if (named) assertNotReplaced(key, named);
  throw error;
}

/**
 * Refuse a repository that was deleted and created again under its name: it has another id.
 * @throws Fault `conflict` reason `repository_replaced`
 */
export function assertNotReplaced(
  { id, fullName }: { id?: string | null; fullName: string },
  found: { id?: string | null },
): void {
  if (!id || !found.id || found.id === id) return;
  throw new Fault("conflict", { code: "repository_replaced", params: { repository: fullName } });
}

/** An application as far as its repository is concerned. */
export interface ApplicationRepository {
  applicationId: string;
  name: string;
  /** The host's permanent id; null where hosts have none. */
  repositoryId: string | null;
  repositoryFullName: string;
  repositoryUrl: string;
}

export interface ApplicationAccess {
  application: ApplicationRepository;
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
): Promise<ApplicationRepository[]> {
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
 * @param sameHost this provider is at the host that the application uses: its repository is asked for by the permanent
 *   id, as it may have another name by now, and another one may have its name. On another host the id means nothing.
 */
export async function checkApplicationAccess(
  { forge, provider, row, session }: Opened,
  application: ApplicationRepository,
  sameHost = false,
): Promise<ApplicationAccess> {
  try {
    const parsed = matchUrl(provider, session.settings, parseRepositoryUrl(application.repositoryUrl));
    if (!parsed) throw new Fault("invalid_input", { code: "url_elsewhere", params: { name: row.name } });
    const id = (sameHost && application.repositoryId) || undefined;
    const { fullName, repository } = await checkRepositoryAccess(forge, { id, fullName: parsed.fullName });
    return { application, fullName, reason: null, ...(repository && { repository }) };
  } catch (error) {
    return { application, fullName: application.repositoryFullName, reason: asFault(error).reason };
  }
}
