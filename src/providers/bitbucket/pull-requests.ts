import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { listed, repositoryPath } from "@/providers/bitbucket/api";
import { webUrl } from "@/providers/bitbucket/convert";
import { HOST } from "@/providers/bitbucket/error-mapping";
import { pageOf, Sha, Uuid } from "@/providers/bitbucket/schema";
import { continuedPage } from "@/providers/kit/continued";
import { instant } from "@/providers/kit/instant";
import type { JsonApi } from "@/providers/kit/json-api";
import { orNull } from "@/providers/kit/not-found";
import { incompleteBy, skippedReason } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import { orRequestGone } from "@/providers/kit/pull-request";
import type { PullRequest, PullRequestPort } from "@/providers/reporting";

/** Each request costs another call for its whole commit id, and an hour has a thousand calls. */
const MAX_REQUESTS = 25;

/** Of commits only the first twelve digits are told. */
const ShortSha = z.string().regex(/^[0-9a-f]{7,64}$/);

const Side = z.object({
  branch: z.object({ name: z.string().min(1) }),
  commit: z.object({ hash: ShortSha }).nullish(),
  /** Null when the fork was deleted. */
  repository: z.object({ uuid: Uuid, full_name: z.string().nullish() }).nullish(),
});

const BitbucketRequest = z.object({
  id: z.number().int().positive(),
  title: z.string(),
  state: z.enum(["OPEN", "MERGED", "DECLINED", "SUPERSEDED"]),
  draft: z.boolean().nullish(),
  author: z.object({ nickname: z.string().nullish(), display_name: z.string().nullish() }).nullish(),
  updated_on: z.string().nullish(),
  source: Side.extend({ commit: z.object({ hash: ShortSha }) }),
  destination: Side.extend({ repository: z.object({ uuid: Uuid, full_name: z.string().nullish() }) }),
});
type BitbucketRequest = z.infer<typeof BitbucketRequest>;

const Hash = z.object({ hash: Sha });

/** `base` is the web address without a slash at its end. */
export function pullRequests(api: () => JsonApi, base: string): PullRequestPort {
  const whole = async (key: RepositoryKey, request: BitbucketRequest): Promise<PullRequest | null> => {
    const sha = await headOf(api(), key, request);
    return sha === null ? null : toPullRequest(request, { sha, web: base, knownName: key.fullName });
  };
  return {
    async list(key, { cursor, limit }) {
      const call = {
        path: `${repositoryPath(key)}/pullrequests`,
        item: BitbucketRequest,
        query: { state: "OPEN", sort: "-updated_on" },
      };
      const asked = { host: HOST, query: { pullrequests: key.id ?? key.fullName }, cursor };
      const size = Math.min(limit, MAX_REQUESTS);
      const page = await continuedPage(asked, (continuation) => listed(api(), call, { continuation, size }));
      const requests = await Promise.all(page.items.map((one) => whole(key, one)));
      const items = requests.filter((one) => one !== null);
      return { ...incompleteBy(skippedReason(HOST, requests.length - items.length)), ...page, items };
    },
    async get(key, number) {
      const answer = api().get(`${repositoryPath(key)}/${pathOf("pullrequests", number)}`, BitbucketRequest);
      const { body } = await orRequestGone(answer, { host: HOST, key, number });
      const found = await whole(key, body);
      if (found) return found;
      const params = { ref: body.source.branch.name, repository: key.fullName };
      throw new Fault("not_found", { code: "ref_gone", params });
    },
  };
}

/**
 * The whole id of the newest commit. A request lists its commits also where its fork may not be read; it lists none
 * once they are all in the branch they were meant for, and then the repository itself has the commit.
 */
async function headOf(api: JsonApi, key: RepositoryKey, request: BitbucketRequest): Promise<string | null> {
  const short = request.source.commit.hash;
  if (Sha.safeParse(short).success) return short;
  const root = repositoryPath(key);
  const newest = { query: { pagelen: 1 } };
  const listing = api.get(`${root}/${pathOf("pullrequests", request.id, "commits")}`, pageOf(Hash), newest);
  const [first] = (await orNull(listing))?.body.values.items ?? [];
  if (first?.hash.startsWith(short)) return first.hash;
  const commit = await orNull(api.get(`${root}/${pathOf("commit", short)}`, Hash));
  return commit?.body.hash.startsWith(short) ? commit.body.hash : null;
}

const states = { OPEN: "open", MERGED: "merged", DECLINED: "closed", SUPERSEDED: "closed" } as const;

function toPullRequest(
  request: BitbucketRequest,
  { sha, web, knownName }: { sha: string; web: string; knownName: string },
): PullRequest {
  const { id: number, source, destination } = request;
  return {
    number,
    title: request.title,
    state: states[request.state],
    url: `${webUrl(web, destination.repository.full_name ?? knownName)}/pull-requests/${number}`,
    author: request.author?.nickname || request.author?.display_name || null,
    head: {
      repositoryId: source.repository?.uuid ?? null,
      ref: source.branch.name,
      sha,
      // Bitbucket Cloud keeps no refs of its requests.
      fetchRef: null,
    },
    base: { ref: destination.branch.name, sha: null },
    labels: null,
    draft: request.draft ?? false,
    isFork: source.repository?.uuid !== destination.repository.uuid,
    updatedAt: instant(request.updated_on),
  };
}
