import type { GitRemote, RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Access } from "@/providers/github/app/access";
import { webUrl } from "@/providers/github/convert";
import type * as github from "@/providers/github/schema";
import { isNotFound } from "@/providers/kit/not-found";

/**
 * Where git fetches a repository, with a token of its own that reads the code of this one repository and nothing
 * else. A public one outside of all installations is fetched as anybody may.
 */
export async function installedRemote(access: Access, base: string, key: RepositoryKey): Promise<GitRemote> {
  const repository = await access.of(key, (api) => api.repository(key));
  const url = `${webUrl(base, repository.full_name)}.git`;
  const password = await readToken(access, repository);
  return { url, credential: password === null ? null : { username: "x-access-token", password } };
}

async function readToken(access: Access, repository: github.Repository): Promise<string | null> {
  const narrowing = { repositoryId: repository.id, permissions: { contents: "read" } };
  try {
    return await access.narrowed(await access.primary(), narrowing);
  } catch (error) {
    if (!isOutside(error)) throw error;
    const other = await installationOf(access, repository);
    return other && access.narrowed(other, narrowing);
  }
}

/** 422: the installation does not reach the repository, or has no right to read code. */
function isOutside(error: unknown): boolean {
  return error instanceof Fault && error.details?.status === 422;
}

/** Null for a public repository that no installation reaches. */
async function installationOf(access: Access, repository: github.Repository): Promise<string | null> {
  try {
    const key = { id: String(repository.id), fullName: repository.full_name };
    return String((await access.app.installationOf(key)).id);
  } catch (error) {
    if (isNotFound(error) && !repository.private) return null;
    throw error;
  }
}
