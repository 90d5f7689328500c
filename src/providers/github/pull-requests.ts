import { z } from "zod";
import { listed, MAX_PAGE_SIZE, pathTo, type RepositoryCall } from "@/providers/github/api";
import { webUrl } from "@/providers/github/convert";
import { HOST } from "@/providers/github/error-mapping";
import { Sha } from "@/providers/github/schema";
import { instant } from "@/providers/kit/instant";
import { numberedPage, rowsOf } from "@/providers/kit/pages";
import { orRequestGone } from "@/providers/kit/pull-request";
import { looseRows, NumberId } from "@/providers/kit/webhook-schema";
import type { PullRequest, PullRequestPort } from "@/providers/reporting";

const Repository = z.object({ id: NumberId, full_name: z.string().nullish() });

/** `merged` is told of one request alone, `merged_at` also in a list. */
const GithubRequest = z.object({
  number: z.number().int().positive(),
  title: z.string(),
  state: z.enum(["open", "closed"]),
  merged_at: z.string().nullish(),
  draft: z.boolean().nullish(),
  user: z.object({ login: z.string() }).nullish(),
  labels: looseRows(z.object({ name: z.string() })),
  updated_at: z.string().nullish(),
  /** Without a repository when the fork was deleted. */
  head: z.object({ ref: z.string().min(1), sha: Sha, repo: Repository.nullish() }),
  base: z.object({ ref: z.string().min(1), sha: Sha.nullish(), repo: Repository }),
});

/** `base` is the web address without a slash at its end. */
export function pullRequests(at: RepositoryCall, base: string): PullRequestPort {
  return {
    async list(key, { cursor, limit }) {
      const query = { state: "open", sort: "updated", direction: "desc" };
      const call = { path: pathTo(key, "pulls"), schema: rowsOf(GithubRequest), query };
      const asked = {
        host: HOST,
        query: { pulls: key.id ?? key.fullName },
        cursor,
        size: Math.min(limit, MAX_PAGE_SIZE),
      };
      const page = await numberedPage(asked, (next) => at(key, (api) => listed(api, call, next)));
      return { ...page, items: page.items.map((one) => toPullRequest(one, base, key.fullName)) };
    },
    async get(key, number) {
      const answer = at(key, (api) => api.get(pathTo(key, "pulls", String(number)), GithubRequest));
      const { body } = await orRequestGone(answer, { host: HOST, key, number });
      return toPullRequest(body, base, key.fullName);
    },
  };
}

function toPullRequest(request: z.infer<typeof GithubRequest>, web: string, knownName: string): PullRequest {
  const { head, base, number } = request;
  return {
    number,
    title: request.title,
    state: request.merged_at ? "merged" : request.state,
    url: `${webUrl(web, base.repo.full_name ?? knownName)}/pull/${number}`,
    author: request.user?.login ?? null,
    head: {
      repositoryId: head.repo?.id ?? null,
      ref: head.ref,
      sha: head.sha,
      fetchRef: `refs/pull/${number}/head`,
    },
    base: { ref: base.ref, sha: base.sha ?? null },
    labels: request.labels?.items.map((one) => one.name) ?? [],
    draft: request.draft ?? false,
    // `head.repo.fork` only says whether that repository is a fork of any other.
    isFork: head.repo?.id !== base.repo.id,
    updatedAt: instant(request.updated_at),
  };
}
