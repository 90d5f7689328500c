import { z } from "zod";
import {
  type AzureApi,
  below,
  collection,
  lazyApi,
  MAX_PAGE_SIZE,
  type Session,
  versionOf,
} from "@/providers/azureDevops/api";
import { fullNameOf, shortName, webUrl } from "@/providers/azureDevops/convert";
import { HOST } from "@/providers/azureDevops/error-mapping";
import { listOf, type Repository, Sha } from "@/providers/azureDevops/schema";
import { baseText } from "@/providers/kit/base-url";
import { continuedPage } from "@/providers/kit/continued";
import { orRequestGone } from "@/providers/kit/pull-request";
import type { PullRequest, PullRequestPort } from "@/providers/reporting";

const Tip = z.object({ commitId: Sha });

/** `forkSource` is there for a request from a fork only. */
const AzurePullRequest = z.object({
  pullRequestId: z.number().int().positive(),
  title: z.string().nullish(),
  status: z.string(),
  isDraft: z.boolean().nullish(),
  createdBy: z.object({ displayName: z.string().nullish() }).nullish(),
  labels: z.array(z.object({ name: z.string(), active: z.boolean().nullish() })).nullish(),
  sourceRefName: z.string().min(1),
  targetRefName: z.string().min(1),
  lastMergeSourceCommit: Tip,
  lastMergeTargetCommit: Tip.nullish().catch(null),
  forkSource: z
    .object({
      repository: z
        .object({ id: z.string().min(1) })
        .nullish()
        .catch(null),
    })
    .nullish(),
});
type AzurePullRequest = z.infer<typeof AzurePullRequest>;

export function pullRequests(session: Session, api: AzureApi): PullRequestPort {
  const json = lazyApi(session);
  const version = { "api-version": versionOf(session.settings) };
  return {
    async list(key, { cursor, limit }) {
      const repository = await api.repository(key);
      const size = Math.min(limit, MAX_PAGE_SIZE);
      const asked = { host: HOST, query: { requests: repository.id }, cursor };
      const page = await continuedPage(asked, async (continuation) => {
        const skip = Number(continuation?.skip ?? 0);
        const query = { "searchCriteria.status": "active", $top: size, $skip: skip, ...version };
        const path = `${below(repository)}/pullrequests`;
        const rows = (await json().get(path, listOf(AzurePullRequest), { query })).body.value;
        const read = rows.items.length + rows.skipped;
        // The service tells neither a total nor whether there is more.
        return { ...rows, next: read < size ? null : { skip: String(skip + read) } };
      });
      return { ...page, items: page.items.map((one) => toPullRequest(one, repository, session)) };
    },
    async get(key, number) {
      const read = async () => {
        const repository = await api.repository(key);
        const path = `${below(repository)}/pullrequests/${number}`;
        const { body } = await json().get(path, AzurePullRequest, { query: version });
        return toPullRequest(body, repository, session);
      };
      return orRequestGone(read(), { host: HOST, key, number });
    },
  };
}

/** The page of a request, below the public address. */
export function pageOf(session: Session, repository: Repository, number: number): string {
  return `${webUrl(baseText(collection(session)), fullNameOf(repository))}/pullrequest/${number}`;
}

function toPullRequest(request: AzurePullRequest, repository: Repository, session: Session): PullRequest {
  const { forkSource, sourceRefName } = request;
  const isFork = forkSource !== null && forkSource !== undefined;
  return {
    number: request.pullRequestId,
    title: request.title ?? "",
    state: states[request.status] ?? "open",
    url: pageOf(session, repository, request.pullRequestId),
    author: request.createdBy?.displayName ?? null,
    head: {
      repositoryId: isFork ? (forkSource.repository?.id ?? null) : repository.id,
      ref: shortName(sourceRefName),
      sha: request.lastMergeSourceCommit.commitId,
      // Of a request the service keeps the trial merge alone, which is another commit.
      fetchRef: isFork ? null : sourceRefName,
    },
    base: { ref: shortName(request.targetRefName), sha: request.lastMergeTargetCommit?.commitId ?? null },
    labels: (request.labels ?? []).filter(({ active }) => active !== false).map(({ name }) => name),
    draft: request.isDraft ?? false,
    isFork,
    updatedAt: null,
  };
}

const states: Record<string, PullRequest["state"]> = { completed: "merged", abandoned: "closed" };
