import { isUrl } from "@/features/application/is-url";
import type { GitProvider } from "@/features/git-provider/contract";
import type { Repository } from "@/git/nouns";

/** A chosen repository, and the provider or token to read it with. */
export interface Source {
  /** Null: a dedicated token. */
  provider: GitProvider | null;
  /** What the host says of it; without a list of repositories only its name and address. */
  repository: Repository | { fullName: string; url: string };
  /** Of a pasted address. */
  ref?: string;
  path?: string;
  token?: { username: string; accessToken: string };
}

/** `owner/name` for hosts with a list of repositories, else the address. */
export function isAddress(text: string): boolean {
  return isUrl(text.trim()) || /^[\w-]+(\.[\w-]+)+(:\d+)?\/\S+\/\S+/.test(text.trim());
}

/** The last part of a repository's name, to call an application by. */
export function nameOf(fullName: string): string {
  const last = fullName.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return last.replace(/\.git$/i, "");
}

export function defaultBranchOf({ repository }: Source): string | null {
  return "defaultBranch" in repository ? repository.defaultBranch : null;
}

/** `owner` and `repo` as the lists of branches take them; groups within groups belong to the owner. */
export function ownerAndRepo(fullName: string): { owner: string; repo: string } {
  const cut = fullName.lastIndexOf("/");
  return { owner: fullName.slice(0, cut), repo: fullName.slice(cut + 1) };
}

/** Sorted so that each owner's repositories stand together, owners in the order in which they first appear. */
export function byOwner(repositories: readonly Repository[]): Repository[] {
  const groups = new Map<string, Repository[]>();
  for (const repository of repositories) {
    const group = groups.get(repository.owner) ?? [];
    groups.set(repository.owner, group);
    group.push(repository);
  }
  return [...groups.values()].flat();
}
