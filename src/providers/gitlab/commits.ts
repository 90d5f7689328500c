import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { projectPath } from "@/providers/gitlab/api";
import { Commit, Sha } from "@/providers/gitlab/schema";
import { EPOCH, instant } from "@/providers/kit/instant";
import type { JsonApi } from "@/providers/kit/json-api";
import { rowsOf } from "@/providers/kit/pages";
import type { ListedCommit } from "@/providers/reporting";

const Commits = rowsOf(Commit.extend({ message: z.string().nullish(), parent_ids: z.array(Sha).nullish() }));

/** The commits that lead to one, newest first. */
export async function listCommits(
  api: () => JsonApi,
  key: RepositoryKey,
  { sha, limit }: { sha: string; limit: number },
): Promise<ListedCommit[]> {
  const query = { ref_name: sha, per_page: limit };
  const { body } = await api().get(projectPath(key, "repository", "commits"), Commits, { query });
  return body.items.slice(0, limit).map((commit) => ({
    sha: commit.id,
    message: commit.message ?? commit.title ?? "",
    author: commit.author_name ?? "",
    committedAt: instant(commit.committed_date) ?? EPOCH,
    parent: commit.parent_ids?.[0] ?? null,
  }));
}
