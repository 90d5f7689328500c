import { z } from "zod";
import {
  below,
  MAX_PAGE_SIZE,
  type ServerApi,
  type Session,
  serverReads,
} from "@/providers/bitbucketServer/api";
import { instantOf, webUrl } from "@/providers/bitbucketServer/convert";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import { currentName } from "@/providers/bitbucketServer/refs";
import { Sha } from "@/providers/bitbucketServer/schema";
import { continuedPage } from "@/providers/kit/continued";
import { orRequestGone } from "@/providers/kit/pull-request";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { PullRequest, PullRequestPort } from "@/providers/reporting";

const Side = z.object({
  displayId: z.string().min(1),
  latestCommit: Sha,
  repository: z.object({ id: NumberId }).nullish(),
});

const ServerPullRequest = z.object({
  id: z.number().int().positive(),
  title: z.string().nullish(),
  state: z.string(),
  draft: z.boolean().nullish(),
  updatedDate: z.number().nullish(),
  author: z
    .object({ user: z.object({ name: z.string().nullish(), displayName: z.string().nullish() }) })
    .nullish(),
  fromRef: Side,
  toRef: Side,
});
type ServerPullRequest = z.infer<typeof ServerPullRequest>;

export function pullRequests(session: Session, api: ServerApi): PullRequestPort {
  const reads = serverReads(session);
  const base = session.settings.bitbucketServerUrl;
  return {
    async list(key, { cursor, limit }) {
      const fullName = await currentName(api, key);
      const size = Math.min(limit, MAX_PAGE_SIZE);
      const query = { state: "OPEN", order: "NEWEST", withProperties: "false" };
      const page = await continuedPage(
        { host: HOST, query: { requests: fullName }, cursor },
        (continuation) =>
          reads.list(below(fullName, "pull-requests"), ServerPullRequest, query, { continuation, size }),
      );
      return { ...page, items: page.items.map((one) => toPullRequest(one, pageOf(base, fullName, one.id))) };
    },
    async get(key, number) {
      const read = async () => {
        const fullName = await currentName(api, key);
        const found = await reads.one(below(fullName, "pull-requests", String(number)), ServerPullRequest);
        return toPullRequest(found, pageOf(base, fullName, number));
      };
      return orRequestGone(read(), { host: HOST, key, number });
    },
  };
}

/** The page of a request, below the public address. */
export function pageOf(base: string, fullName: string, number: number): string {
  return `${webUrl(base, fullName)}/pull-requests/${number}`;
}

function toPullRequest(request: ServerPullRequest, url: string): PullRequest {
  const { id, author, fromRef, toRef } = request;
  const [from, to] = [fromRef.repository?.id ?? null, toRef.repository?.id ?? null];
  return {
    number: id,
    title: request.title ?? "",
    state: request.state === "OPEN" ? "open" : request.state === "MERGED" ? "merged" : "closed",
    url,
    author: author?.user.displayName ?? author?.user.name ?? null,
    head: {
      repositoryId: from,
      ref: fromRef.displayId,
      sha: fromRef.latestCommit,
      fetchRef: `refs/pull-requests/${id}/from`,
    },
    base: { ref: toRef.displayId, sha: toRef.latestCommit },
    labels: null,
    draft: request.draft ?? false,
    isFork: from === null || from !== to,
    updatedAt: instantOf(request.updatedDate),
  };
}
