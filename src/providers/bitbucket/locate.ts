import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { type BitbucketApi, isUuid } from "@/providers/bitbucket/api";
import type * as bitbucket from "@/providers/bitbucket/schema";

/** A repository by its UUID within the workspace that is known, else in any: workspaces change names and owners too. */
export async function locate(api: BitbucketApi, key: RepositoryKey): Promise<bitbucket.Repository> {
  try {
    return await api.repository(key);
  } catch (error) {
    if (isUuid(key.id) && isNotFound(error)) return api.repositoryAnywhere(key.id);
    throw error;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof Fault && error.code === "not_found";
}
