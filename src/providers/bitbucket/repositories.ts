import type { Page, Repository } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { BitbucketApi } from "@/providers/bitbucket/api";
import { toRepository } from "@/providers/bitbucket/convert";
import type { Session } from "@/providers/bitbucket/credential";
import { HOST } from "@/providers/bitbucket/error-mapping";
import type * as bitbucket from "@/providers/bitbucket/schema";
import { acrossWorkspaces } from "@/providers/bitbucket/workspaces";
import { isNotFound } from "@/providers/kit/not-found";
import { ownerWithin } from "@/providers/kit/owner";
import type { RepositoryQuery } from "@/providers/provider";

const NOTHING = { items: [], nextCursor: null };

/** One page of the repositories that the credential reaches, of one workspace or of all. */
export async function listRepositories(
  api: BitbucketApi,
  { authMethod, settings }: Session,
  query: RepositoryQuery,
): Promise<Page<Repository>> {
  const owner = ownerWithin(settings.bitbucketWorkspaceName, query.owner);
  if (owner === null) return NOTHING;
  const search = query.search?.trim() ?? "";
  const converted = (items: bitbucket.Repository[]) =>
    items.map((one) => toRepository(one, settings.bitbucketUrl));
  if (authMethod === "accessToken") {
    if (owner === "") throw new Fault("invalid_input", { code: "workspace_needed", params: { host: HOST } });
    const name = settings.bitbucketRepositoryName;
    if (name)
      return { items: matching(converted([await single(api, owner, name)]), search), nextCursor: null };
  }
  const page = await acrossWorkspaces(api, owner, { ...query, search });
  return { ...page, items: converted(page.items) };
}

/** A repository access token sees this one; that of a workspace is narrowed to it. */
async function single(api: BitbucketApi, workspace: string, name: string): Promise<bitbucket.Repository> {
  try {
    return await api.repository({ fullName: `${workspace}/${name}` });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const params = { host: HOST, owner: `${workspace}/${name}` };
    throw new Fault("not_found", { code: "owner_not_found", params }, { cause: error });
  }
}

function matching(items: Repository[], search: string): Repository[] {
  return items.filter((one) => one.fullName.toLowerCase().includes(search.toLowerCase()));
}
