import { z } from "zod";
import { listed, MAX_PAGE_SIZE, pathTo, type RepositoryCall } from "@/providers/github/api";
import { webUrl } from "@/providers/github/convert";
import { HOST } from "@/providers/github/error-mapping";
import type { JsonApi } from "@/providers/kit/json-api";
import { findIn, numberedPage, rowsOf } from "@/providers/kit/pages";
import { commentPort } from "@/providers/kit/request-comment";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { CommentPort } from "@/providers/reporting";

/** A request with more comments than these pages hold gets a new one when its own was lost. */
const MAX_PAGES = 10;

const GithubComment = z.object({
  id: NumberId,
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
  /** The App that wrote it. */
  performed_via_github_app: z.object({ id: z.number() }).nullish(),
});
export type GithubComment = z.infer<typeof GithubComment>;

/**
 * Comments on requests, which GitHub keeps with those on issues.
 * @param isOwn was a comment written with this credential?
 */
export function comments(
  at: RepositoryCall,
  base: string,
  isOwn: (api: JsonApi) => Promise<(comment: GithubComment) => boolean>,
): CommentPort {
  const scope = "Pull requests: write (for a classic token: repo)";
  return commentPort({ host: HOST, scope }, (key, number) => {
    const told = ({ id }: GithubComment): { id: string; url: string } => ({
      id,
      url: `${webUrl(base, key.fullName)}/pull/${number}#issuecomment-${id}`,
    });
    const path = pathTo(key, "issues", String(number), "comments");
    return {
      edit: async (id, body) => {
        const one = pathTo(key, "issues", "comments", id);
        return told(
          (await at(key, (api) => api.change("PATCH", one, GithubComment, { body: { body } }))).body,
        );
      },
      create: async (body) =>
        told((await at(key, (api) => api.post(path, GithubComment, { body: { body } }))).body),
      find: async (marker) =>
        at(key, async (api) => {
          const own = await isOwn(api);
          const isMeant = (one: GithubComment) => (one.body?.includes(marker) ?? false) && own(one);
          const asked = { host: HOST, query: { comments: path }, size: MAX_PAGE_SIZE };
          const call = { path, schema: rowsOf(GithubComment), query: {} };
          const read = (cursor: string | undefined) =>
            numberedPage({ ...asked, cursor }, (page) => listed(api, call, page));
          return (await findIn(read, isMeant, MAX_PAGES))?.id ?? null;
        }),
    };
  });
}
