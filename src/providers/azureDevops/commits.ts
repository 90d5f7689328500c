import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { branchOrCommit } from "@/git/ref-name";
import {
  type AzureApi,
  below,
  collection,
  lazyApi,
  type Session,
  versionOf,
} from "@/providers/azureDevops/api";
import { resolveRef } from "@/providers/azureDevops/refs";
import { Commit, listOf } from "@/providers/azureDevops/schema";
import { baseText } from "@/providers/kit/base-url";
import { EPOCH, instant } from "@/providers/kit/instant";
import type { ListedCommit } from "@/providers/reporting";

const Row = Commit.extend({ commentTruncated: z.boolean().nullish() });

/** The list may cut messages and leave out parents: then each commit is asked for. */
export async function listCommits(
  session: Session,
  api: AzureApi,
  key: RepositoryKey,
  { ref, limit }: { ref: string; limit: number },
): Promise<ListedCommit[]> {
  const repository = await api.repository(key);
  const head = await resolveRef(api, baseText(collection(session)), key, branchOrCommit(ref));
  const options = {
    query: { $top: limit, "api-version": versionOf(session.settings) },
    body: { itemVersion: { version: head.sha, versionType: "commit" } },
  };
  const { body } = await lazyApi(session)().post(`${below(repository)}/commitsbatch`, listOf(Row), options);
  const whole = body.value.items.slice(0, limit).map(async (row) => {
    const isWhole = row.parents && !row.commentTruncated;
    return toListed(isWhole ? row : await api.commit(repository, row.commitId));
  });
  return Promise.all(whole);
}

function toListed({ commitId, comment, author, committer, parents }: z.infer<typeof Commit>): ListedCommit {
  return {
    sha: commitId,
    message: comment ?? "",
    author: author?.name ?? "",
    committedAt: instant(committer?.date ?? author?.date) ?? EPOCH,
    parent: parents?.[0] ?? null,
  };
}
