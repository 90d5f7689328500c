import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { branchOrCommit } from "@/git/ref-name";
import { type GiteaApi, giteaJson, type Session, within } from "@/providers/gitea/api";
import { instantOf } from "@/providers/gitea/convert";
import { nameForGit, resolveRef } from "@/providers/gitea/refs";
import { sha } from "@/providers/gitea/schema";
import { EPOCH } from "@/providers/kit/instant";
import { rowsOf } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import type { ListedCommit } from "@/providers/reporting";

const GiteaCommit = z.object({
  sha,
  commit: z.object({
    message: z.string().nullish(),
    author: z.object({ name: z.string().nullish() }).nullish(),
    committer: z.object({ date: z.string().nullish() }).nullish(),
  }),
  parents: z.array(z.object({ sha })).nullish(),
});

export async function listCommits(
  session: Session,
  api: GiteaApi,
  key: RepositoryKey,
  { ref, limit }: { ref: string; limit: number },
): Promise<ListedCommit[]> {
  const fullName = await nameForGit(api, key);
  // By its id: the list also takes what only looks like a branch.
  const head = await resolveRef(api, session.settings.giteaUrl, { fullName }, branchOrCommit(ref));
  const query = { sha: head.sha, limit, stat: false, verification: false, files: false };
  const rows = rowsOf(GiteaCommit, { nullIsEmpty: true });
  const { body } = await giteaJson(session).get(pathOf(...within(fullName, "commits")), rows, { query });
  return body.items.slice(0, limit).map(({ sha, commit, parents }) => ({
    sha,
    message: commit.message ?? "",
    author: commit.author?.name ?? "",
    committedAt: instantOf(commit.committer?.date) ?? EPOCH,
    parent: parents?.[0]?.sha ?? null,
  }));
}
