import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { branchOrCommit } from "@/git/ref-name";
import { below, type ServerApi, type Session, serverReads } from "@/providers/bitbucketServer/api";
import { instantOf } from "@/providers/bitbucketServer/convert";
import { currentName, resolveRef } from "@/providers/bitbucketServer/refs";
import { Commit, Sha } from "@/providers/bitbucketServer/schema";
import { EPOCH } from "@/providers/kit/instant";
import type { ListedCommit } from "@/providers/reporting";

const WithParents = Commit.extend({ parents: z.array(z.object({ id: Sha })).nullish() });

export async function listCommits(
  session: Session,
  api: ServerApi,
  key: RepositoryKey,
  { ref, limit }: { ref: string; limit: number },
): Promise<ListedCommit[]> {
  const fullName = await currentName(api, key);
  const base = session.settings.bitbucketServerUrl;
  const head = await resolveRef(api, base, { fullName }, branchOrCommit(ref));
  const at = { continuation: null, size: limit };
  const { list } = serverReads(session);
  const { items } = await list(below(fullName, "commits"), WithParents, { until: head.sha }, at);
  return items.slice(0, limit).map((one) => ({
    sha: one.id,
    message: one.message ?? "",
    author: one.author?.name ?? "",
    committedAt: instantOf(one.committerTimestamp ?? one.authorTimestamp) ?? EPOCH,
    parent: one.parents?.[0]?.id ?? null,
  }));
}
