import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { repositoryPath } from "@/providers/bitbucket/api";
import { nameIn } from "@/providers/bitbucket/convert";
import { Commit, pageOf, Sha } from "@/providers/bitbucket/schema";
import { EPOCH, instant } from "@/providers/kit/instant";
import type { JsonApi } from "@/providers/kit/json-api";
import { pathOf } from "@/providers/kit/path";
import type { ListedCommit } from "@/providers/reporting";

const Commits = pageOf(Commit.extend({ parents: z.array(z.object({ hash: Sha })).nullish() }));

/** The commits that lead to one, newest first. */
export async function listCommits(
  api: () => JsonApi,
  key: RepositoryKey,
  { sha, limit }: { sha: string; limit: number },
): Promise<ListedCommit[]> {
  const query = { pagelen: limit };
  const path = `${repositoryPath(key)}/${pathOf("commits", sha)}`;
  const { values } = (await api().get(path, Commits, { query })).body;
  return values.items.slice(0, limit).map(({ hash, message, author, date, parents }) => ({
    sha: hash,
    message: message ?? "",
    author: nameIn(author?.raw ?? ""),
    committedAt: instant(date) ?? EPOCH,
    parent: parents?.[0]?.hash ?? null,
  }));
}
