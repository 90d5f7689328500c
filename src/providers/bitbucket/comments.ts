import { z } from "zod";
import { Fault } from "@/lib/fault";
import { listed, repositoryPath } from "@/providers/bitbucket/api";
import { webUrl } from "@/providers/bitbucket/convert";
import { HOST } from "@/providers/bitbucket/error-mapping";
import { User, Uuid } from "@/providers/bitbucket/schema";
import { continuedPage } from "@/providers/kit/continued";
import type { JsonApi } from "@/providers/kit/json-api";
import { findIn } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import { commentPort } from "@/providers/kit/request-comment";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { CommentPort } from "@/providers/reporting";

/** A request with more comments than these pages hold gets a new one when its own was lost. */
const MAX_PAGES = 10;

const BitbucketComment = z.object({
  id: NumberId,
  content: z.object({ raw: z.string().nullish() }).nullish(),
  user: z.object({ uuid: Uuid }).nullish(),
  /** One that was deleted stays in the list, and answers to calls as if it were there. */
  deleted: z.boolean().nullish(),
});
type BitbucketComment = z.infer<typeof BitbucketComment>;

/** `base` is the web address without a slash at its end. */
export function comments(api: () => JsonApi, base: string): CommentPort {
  const scope = "write:pullrequest:bitbucket (pullrequest:write)";
  return commentPort({ host: HOST, scope }, (key, number) => {
    const root = `${repositoryPath(key)}/${pathOf("pullrequests", number, "comments")}`;
    const told = ({ id }: BitbucketComment): { id: string; url: string } => ({
      id,
      url: `${webUrl(base, key.fullName)}/pull-requests/${number}#comment-${id}`,
    });
    const content = (raw: string) => ({ body: { content: { raw } } });
    const edit = async (id: string, body: string) => {
      const path = `${root}/${pathOf(id)}`;
      if ((await api().get(path, BitbucketComment)).body.deleted) throw gone();
      return told((await api().change("PUT", path, BitbucketComment, content(body))).body);
    };
    return {
      edit,
      create: async (body) => told((await api().post(root, BitbucketComment, content(body))).body),
      async find(marker) {
        const own = await ownId(api());
        const isMeant = ({ content, user, deleted }: BitbucketComment) =>
          (content?.raw?.includes(marker) ?? false) && !deleted && (own === null || user?.uuid === own);
        const call = { path: root, item: BitbucketComment, query: { sort: "created_on" } };
        const asked = { host: HOST, query: { comments: [key.id ?? key.fullName, number] } };
        const read = (cursor: string | undefined) =>
          continuedPage({ ...asked, cursor }, (continuation) =>
            listed(api(), call, { continuation, size: 100 }),
          );
        return (await findIn(read, isMeant, MAX_PAGES))?.id ?? null;
      },
    };
  });
}

function gone(): Fault {
  return new Fault("not_found", { code: "host_not_found", params: { host: HOST } });
}

/** Null for a token that belongs to no account: then only the host knows which comments are its own to edit. */
async function ownId(api: JsonApi): Promise<string | null> {
  try {
    return (await api.get("user", User)).body.uuid;
  } catch (error) {
    if (error instanceof Fault && error.code === "permission_missing") return null;
    throw error;
  }
}
