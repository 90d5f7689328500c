import { z } from "zod";
import { listed, MAX_PAGE_SIZE, projectPath } from "@/providers/gitlab/api";
import { webUrl } from "@/providers/gitlab/convert";
import { HOST } from "@/providers/gitlab/error-mapping";
import { Sha } from "@/providers/gitlab/schema";
import { instant } from "@/providers/kit/instant";
import type { JsonApi } from "@/providers/kit/json-api";
import { numberedPage } from "@/providers/kit/pages";
import { orRequestGone } from "@/providers/kit/pull-request";
import { looseRows, NumberId } from "@/providers/kit/webhook-schema";
import type { PullRequest, PullRequestPort } from "@/providers/reporting";

const MergeRequest = z.object({
  iid: z.number().int().positive(),
  title: z.string(),
  /** `locked` while it is being merged. */
  state: z.enum(["opened", "closed", "locked", "merged"]),
  draft: z.boolean().nullish(),
  /** The name of `draft` before GitLab 14. */
  work_in_progress: z.boolean().nullish(),
  author: z.object({ username: z.string() }).nullish(),
  labels: looseRows(z.string()),
  updated_at: z.string().nullish(),
  source_branch: z.string().min(1),
  target_branch: z.string().min(1),
  /** Null when the fork was deleted. */
  source_project_id: NumberId.nullish(),
  target_project_id: NumberId,
  sha: Sha,
  /** Told of one request alone. */
  diff_refs: z.object({ base_sha: Sha.nullish() }).nullish(),
});

/** Merge requests. `base` is the web address without a slash at its end. */
export function pullRequests(api: () => JsonApi, base: string): PullRequestPort {
  return {
    async list(key, { cursor, limit }) {
      const query = { state: "opened", order_by: "updated_at", sort: "desc" };
      const asked = {
        host: HOST,
        query: ["merge_requests", key.id ?? key.fullName],
        cursor,
        size: Math.min(limit, MAX_PAGE_SIZE),
      };
      const page = await numberedPage(asked, (at) =>
        listed(api(), projectPath(key, "merge_requests"), MergeRequest, query, at),
      );
      return { ...page, items: page.items.map((one) => toPullRequest(one, base, key.fullName)) };
    },
    async get(key, number) {
      const answer = api().get(projectPath(key, "merge_requests", String(number)), MergeRequest);
      const { body } = await orRequestGone(answer, { host: HOST, key, number });
      return toPullRequest(body, base, key.fullName);
    },
  };
}

const states = { opened: "open", locked: "open", closed: "closed", merged: "merged" } as const;

function toPullRequest(request: z.infer<typeof MergeRequest>, base: string, fullName: string): PullRequest {
  const { iid: number, source_project_id: source } = request;
  return {
    number,
    title: request.title,
    state: states[request.state],
    url: `${webUrl(base, fullName)}/-/merge_requests/${number}`,
    author: request.author?.username ?? null,
    head: {
      repositoryId: source ?? null,
      ref: request.source_branch,
      sha: request.sha,
      fetchRef: `refs/merge-requests/${number}/head`,
    },
    base: { ref: request.target_branch, sha: request.diff_refs?.base_sha ?? null },
    labels: request.labels?.items ?? [],
    draft: request.draft ?? request.work_in_progress ?? false,
    isFork: source !== request.target_project_id,
    updatedAt: instant(request.updated_at),
  };
}
