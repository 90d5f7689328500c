import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { pathTo, type RepositoryCall } from "@/providers/github/api";
import { Commit, Sha } from "@/providers/github/schema";
import { EPOCH, instant } from "@/providers/kit/instant";
import { rowsOf } from "@/providers/kit/pages";
import type { ListedCommit } from "@/providers/reporting";

const Commits = rowsOf(Commit.extend({ parents: z.array(z.object({ sha: Sha })).nullish() }));

/** The commits that lead to one, newest first. */
export async function listCommits(
  at: RepositoryCall,
  key: RepositoryKey,
  { sha, limit }: { sha: string; limit: number },
): Promise<ListedCommit[]> {
  const query = { sha, per_page: limit };
  const { body } = await at(key, (api) => api.get(pathTo(key, "commits"), Commits, { query }));
  return body.items.slice(0, limit).map(({ sha, commit, parents }) => ({
    sha,
    message: commit.message ?? "",
    author: commit.author?.name ?? "",
    committedAt: instant(commit.committer?.date) ?? EPOCH,
    parent: parents?.[0]?.sha ?? null,
  }));
}
