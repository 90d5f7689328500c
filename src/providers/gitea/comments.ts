import { z } from "zod";
import { Fault } from "@/lib/fault";
import { type GiteaApi, giteaJson, type Session, within } from "@/providers/gitea/api";
import { errorMapping } from "@/providers/gitea/error-mapping";
import { pageOf } from "@/providers/gitea/pull-requests";
import { nameForGit } from "@/providers/gitea/refs";
import { rowsOf } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import { commentPort } from "@/providers/kit/request-comment";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { CommentPort } from "@/providers/reporting";

const PullRequest = z.object({ number: z.number() });

const Written = z.object({ id: NumberId });

const GiteaComment = z.object({
  id: NumberId,
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
});

/** A request is an issue as well, and its comments are those of the issue. */
export function comments(session: Session, api: GiteaApi): CommentPort {
  const json = giteaJson(session);
  const asked = { host: errorMapping.host, scope: "a token with write:issue" };
  return commentPort(asked, async (key, number) => {
    const fullName = await nameForGit(api, key);
    const of = pathOf(...within(fullName, "issues", String(number), "comments"));
    const page = pageOf(session.settings.giteaUrl, fullName, number);
    const written = ({ id }: z.infer<typeof Written>) => ({ id, url: `${page}#issuecomment-${id}` });
    return {
      edit: async (id, body) => {
        const path = pathOf(...within(fullName, "issues", "comments", id));
        return written((await json.change("PATCH", path, Written, { body: { body } })).body);
      },
      find: async (marker) => {
        // Comments of a request that is not there are told as an error of the server by some versions.
        await json.get(pathOf(...within(fullName, "pulls", String(number))), PullRequest);
        const login = await ownLogin(api);
        if (login === null) return null;
        // The list has no pages: it is always whole.
        const { body } = await json.get(of, rowsOf(GiteaComment, { nullIsEmpty: true }));
        const own = body.items.findLast((one) => one.user?.login === login && one.body?.includes(marker));
        return own?.id ?? null;
      },
      create: async (body) => written((await json.post(of, Written, { body: { body } })).body),
    };
  });
}

/** Null when the token may not say whose it is: then no comment counts as its own. */
async function ownLogin(api: GiteaApi): Promise<string | null> {
  try {
    return (await api.user()).login;
  } catch (error) {
    if (error instanceof Fault && error.code === "permission_missing") return null;
    throw error;
  }
}
