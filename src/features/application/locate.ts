import type { Caller } from "@/access/caller";
import type { CreateApplication } from "@/features/application/contract";
import { dedicatedCredential } from "@/features/application/dedicated-credential";
import { findRepository } from "@/features/application/find-repository";
import { isUrl } from "@/features/application/is-url";
import type { Source } from "@/features/application/source";
import { openForge, providerOf, storedSettings } from "@/features/git-provider/client/open";
import { hasRepositories } from "@/features/git-provider/input/schema";
import { matchUrl, parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import { splitLinkRef } from "@/features/repository/link-ref";
import { resolve } from "@/features/repository/resolve";
import { usableProviders } from "@/features/repository/usable";
import { Fault } from "@/lib/fault";

type Wanted = Pick<CreateApplication, "gitProviderId" | "repository" | "username" | "accessToken"> & {
  /** A branch that must exist. */
  branch?: string | null;
  /** The application, when it exists already. */
  applicationId?: string;
};

/**
 * Find the repository an application asks for, through the provider that was named, its dedicated credential, the default
 * provider (`owner/name`), or the one that reaches a pasted URL.
 * @throws Fault `invalid_input` | `not_found` | `conflict`, or what the host answered
 */
export async function locate(caller: Caller, wanted: Wanted): Promise<Source> {
  const { gitProviderId, repository, accessToken } = wanted;
  if (accessToken?.trim()) return dedicatedCredential(caller, wanted);
  if (gitProviderId) return through(caller, gitProviderId, wanted);
  if (!isUrl(repository)) return through(caller, await defaultProvider(caller), wanted);
  const { chosen, candidates } = await resolve(caller, { url: repository });
  if (chosen) return through(caller, chosen.gitProviderId, wanted);
  const reason = { code: "provider_none_for_url", params: { url: parseRepositoryUrl(repository).href } };
  throw new Fault("conflict", reason, { details: { candidates } });
}

async function through(caller: Caller, gitProviderId: string, wanted: Wanted): Promise<Source> {
  const { repository, branch, applicationId } = wanted;
  const { row, forge } = await openForge(caller, gitProviderId, { applicationId });
  const settings = storedSettings(providerOf(row), row);
  const parsed = isUrl(repository)
    ? matchUrl(providerOf(row), settings, parseRepositoryUrl(repository))
    : null;
  if (isUrl(repository) && !parsed) {
    throw new Fault("invalid_input", { code: "url_elsewhere", params: { name: row.name } });
  }
  const fullName = parsed?.fullName ?? bareName(repository);
  const found = await findRepository(forge, fullName, branch);
  const place = parsed && (await splitLinkRef({ parsed, forge, repository: found.repository }));
  return {
    ...found,
    provider: { id: gitProviderId },
    branch: place?.ref ?? found.branch,
    path: place?.path ?? null,
  };
}

/** The default provider; without one the only provider that can look a name up. */
async function defaultProvider(caller: Caller): Promise<string> {
  const usable = await usableProviders(caller);
  const chosen = usable.find(({ row }) => row.isDefault);
  const listing = usable.filter(({ provider }) => hasRepositories(provider));
  const only = listing.length === 1 ? listing[0] : undefined;
  const found = chosen ?? only;
  if (!found) throw new Fault("conflict", { code: "provider_none" });
  return found.row.gitProviderId;
}

function bareName(repository: string): string {
  return repository.replace(/^\/+|\/+$/g, "").replace(/\.git$/i, "");
}

/** `owner/name` as it was typed, to compare. */
export function nameOfText(repository: string): string {
  return bareName(repository).toLowerCase();
}
