import type { Page } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { type GithubApi, type Listed, MAX_PAGE_SIZE } from "@/providers/github/api";
import { HOST } from "@/providers/github/error-mapping";
import type * as github from "@/providers/github/schema";
import { isNotFound } from "@/providers/kit/not-found";
import { collect, numberedPage, type PageRequest } from "@/providers/kit/pages";

/** Where a list of repositories is read from. */
export interface Source {
  /** Lower case; only repositories of this owner count. Empty for all. */
  owner: string;
  read(page: PageRequest): Promise<Listed<github.Repository>>;
}

export function sourceOf(api: GithubApi, owner: string): Source {
  return { owner, read: owner === "" ? (page) => api.mine(page) : ownedBy(api, owner) };
}

/** Organizations have a list of their own; what a person shares is among the account's own. */
function ownedBy(api: GithubApi, owner: string): Source["read"] {
  return async (page) => {
    try {
      return await api.ofOrganization(owner, page);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      if (page.page === 1) await knownPerson(api, owner);
      return api.mine(page, true);
    }
  };
}

async function knownPerson(api: GithubApi, owner: string): Promise<void> {
  try {
    await api.person(owner);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new Fault(
      "not_found",
      { code: "owner_not_found", params: { host: HOST, owner } },
      { cause: error },
    );
  }
}

/** Names of the organizations that the account belongs to, and whether some are left out. */
export async function listOrganizations(api: GithubApi): Promise<Page<string>> {
  const read = (cursor: string | undefined) =>
    numberedPage({ host: HOST, query: "owners", cursor, size: MAX_PAGE_SIZE }, (at) => api.organizations(at));
  const page = await collect(read, { maxPages: 4 });
  return { ...page, items: page.items.map((item) => item.login) };
}
