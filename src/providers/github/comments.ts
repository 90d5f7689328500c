import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { listed, MAX_PAGE_SIZE, pathTo, type RepositoryCall } from "@/providers/github/api";
import { webUrl } from "@/providers/github/convert";
import { HOST } from "@/providers/github/error-mapping";
import type { JsonApi } from "@/providers/kit/json-api";
import { collect, numberedPage, rowsOf } from "@/providers/kit/pages";
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
    const send = async (method: "PATCH" | "POST", path: string, text: string) => {
      const options = { body: { body: text } };
      return at(key, async (api) => {
        const answer =
          method === "POST"
            ? await api.post(path, GithubComment, options)
            : await api.change(method, path, GithubComment, options);
        return told(answer.body);
      });
    };
    const path = pathTo(key, "issues", String(number), "comments");
    return {
      edit: async (id, body) => send("PATCH", pathTo(key, "issues", "comments", id), body),
      create: async (body) => send("POST", path, body),
      find: async (marker) =>
        at(key, async (api) => {
          const own = await isOwn(api);
          const isMeant = (one: GithubComment) => (one.body?.includes(marker) ?? false) && own(one);
          const found = (await commentsAt(api, path, key, isMeant)).find(isMeant);
          return found?.id ?? null;
        }),
    };
  });
}

async function commentsAt(
  api: JsonApi,
  path: string,
  key: RepositoryKey,
  isMeant: (comment: GithubComment) => boolean,
): Promise<GithubComment[]> {
  const asked = { host: HOST, query: { comments: key.id ?? key.fullName }, size: MAX_PAGE_SIZE };
  const call = { path, schema: rowsOf(GithubComment), query: {} };
  const read = (cursor: string | undefined) =>
    numberedPage({ ...asked, cursor }, (page) => listed(api, call, page));
  const enough = (items: GithubComment[]) => items.some(isMeant);
  return (await collect(read, { maxPages: MAX_PAGES, enough })).items;
}
