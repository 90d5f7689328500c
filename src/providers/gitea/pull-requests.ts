import { z } from "zod";
import type { Page } from "@/git/nouns";
import { type GiteaApi, giteaJson, type Session, within } from "@/providers/gitea/api";
import { instantOf, isMarkedAsDraft } from "@/providers/gitea/convert";
import { errorMapping } from "@/providers/gitea/error-mapping";
import { nameForGit } from "@/providers/gitea/refs";
import { sha } from "@/providers/gitea/schema";
import type { JsonApi } from "@/providers/kit/json-api";
import { isNotFound } from "@/providers/kit/not-found";
import {
  countOf,
  nextFromLink,
  numberedPage,
  type PageRequest,
  rowsOf,
  type Upstream,
} from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import { orRequestGone } from "@/providers/kit/pull-request";
import type { PullRequest, PullRequestPort } from "@/providers/reporting";

const MAX_SIZE = 50;

/** `repo_id` is -1 for a fork that was deleted; `ref` is then that of the request itself. */
const Side = z.object({ ref: z.string().min(1), sha, repo_id: z.number().int().nullish() });

const GiteaPullRequest = z.object({
  number: z.number().int().positive(),
  title: z.string().nullish(),
  state: z.string(),
  merged: z.boolean().nullish(),
  draft: z.boolean().nullish(),
  user: z.object({ login: z.string() }).nullish(),
  labels: z.array(z.object({ name: z.string() })).nullish(),
  updated_at: z.string().nullish(),
  head: Side,
  // A base branch that was deleted has no commit.
  base: Side.extend({ sha: sha.or(z.literal("")).nullish() }),
});
type GiteaPullRequest = z.infer<typeof GiteaPullRequest>;

const GiteaPullRequests = rowsOf(GiteaPullRequest, { nullIsEmpty: true });

export function pullRequests(session: Session, api: GiteaApi): PullRequestPort {
  const json = giteaJson(session);
  const { host } = errorMapping;
  const base = session.settings.giteaUrl;
  return {
    async list(key, { cursor, limit }) {
      const fullName = await nameForGit(api, key);
      const query = { requests: key.id ?? fullName };
      const asked = { host, query, cursor, size: Math.min(limit, MAX_SIZE) };
      const page = await unlessEmpty(api, fullName, () =>
        numberedPage(asked, (at) => openRequests(json, fullName, at)),
      );
      const shown = (one: GiteaPullRequest) => toPullRequest(one, pageOf(base, fullName, one.number));
      return { ...page, items: page.items.map(shown) };
    },
    async get(key, number) {
      const read = async () => {
        const fullName = await nameForGit(api, key);
        const path = pathOf(...within(fullName, "pulls", String(number)));
        const { body } = await json.get(path, GiteaPullRequest);
        return toPullRequest(body, pageOf(base, fullName, number));
      };
      return orRequestGone(read(), { host, key, number });
    },
  };
}

async function openRequests(
  json: JsonApi,
  fullName: string,
  { page, size }: PageRequest,
): Promise<Upstream<GiteaPullRequest>> {
  const query = { state: "open", sort: "recentupdate", page, limit: size };
  const path = pathOf(...within(fullName, "pulls"));
  const { body, headers } = await json.get(path, GiteaPullRequests, { query });
  const total = countOf(headers.get("x-total-count"));
  return total === undefined ? { ...body, next: nextFromLink(headers.get("link")) } : { ...body, total };
}

/** A repository without commits has no list of requests. */
async function unlessEmpty<Item>(
  api: GiteaApi,
  fullName: string,
  read: () => Promise<Page<Item>>,
): Promise<Page<Item>> {
  try {
    return await read();
  } catch (error) {
    if (isNotFound(error) && (await api.repository({ fullName })).empty)
      return { items: [], nextCursor: null };
    throw error;
  }
}

/** The page of a request, below the public address. */
export function pageOf(base: string, fullName: string, number: number): string {
  return `${base}/${fullName.split("/").map(encodeURIComponent).join("/")}/pulls/${number}`;
}

function toPullRequest(request: GiteaPullRequest, url: string): PullRequest {
  const { number, head, base } = request;
  const [from, to] = [idOf(head.repo_id), idOf(base.repo_id)];
  return {
    number,
    title: request.title ?? "",
    state: request.merged ? "merged" : request.state === "open" ? "open" : "closed",
    url,
    author: request.user?.login ?? null,
    head: { repositoryId: from, ref: head.ref, sha: head.sha, fetchRef: `refs/pull/${number}/head` },
    base: { ref: base.ref, sha: base.sha || null },
    labels: (request.labels ?? []).map(({ name }) => name),
    draft: request.draft ?? isMarkedAsDraft(request.title),
    isFork: from === null || from !== to,
    updatedAt: instantOf(request.updated_at),
  };
}

function idOf(id: number | null | undefined): string | null {
  return id && id > 0 ? String(id) : null;
}
