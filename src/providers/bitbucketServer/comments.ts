import { z } from "zod";
import { Fault } from "@/lib/fault";
import {
  below,
  type ServerApi,
  type Session,
  serverJson,
  serverReads,
  signedInName,
} from "@/providers/bitbucketServer/api";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import { pageOf } from "@/providers/bitbucketServer/pull-requests";
import { currentName } from "@/providers/bitbucketServer/refs";
import { continuedPage } from "@/providers/kit/continued";
import { collect } from "@/providers/kit/pages";
import { commentPort } from "@/providers/kit/request-comment";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { CommentPort } from "@/providers/reporting";

const PAGE_SIZE = 100;

/** What happened on a request is not looked at further than these pages, newest first. */
const MAX_PAGES = 10;

const Written = z.object({ id: NumberId, version: z.number().int() });

/** Approvals, merges and more stand in the same list as comments. */
const Activity = z.object({
  action: z.string(),
  comment: z
    .object({
      id: NumberId,
      text: z.string(),
      author: z.object({ name: z.string() }),
    })
    .nullish()
    .catch(null),
});

export function comments(session: Session, api: ServerApi): CommentPort {
  const json = serverJson(session);
  const { one, list } = serverReads(session);
  const asked = { host: HOST, scope: "an account that may read the repository" };
  return commentPort(asked, async (key, number) => {
    const fullName = await currentName(api, key);
    const of = below(fullName, "pull-requests", String(number), "comments");
    const activities = below(fullName, "pull-requests", String(number), "activities");
    const page = pageOf(session.settings.bitbucketServerUrl, fullName, number);
    const written = ({ id }: z.infer<typeof Written>) => ({ id, url: `${page}?commentId=${id}` });
    const edit = async (id: string, text: string) => {
      const path = below(fullName, "pull-requests", String(number), "comments", id);
      const { version } = await one(path, Written);
      return written((await json.change("PUT", path, Written, { body: { text, version } })).body);
    };
    return {
      // A comment that somebody changed in between has a newer version.
      edit: async (id, body) => edit(id, body).catch(whenOutdated(() => edit(id, body))),
      find: async (marker) => {
        let own = "";
        const read = (cursor: string | undefined) =>
          continuedPage({ host: HOST, query: "comments", cursor }, async (continuation) => {
            const chunk = await list(activities, Activity, {}, { continuation, size: PAGE_SIZE });
            own = signedInName(chunk.headers);
            return chunk;
          });
        const isOwn = ({ action, comment }: z.infer<typeof Activity>) =>
          action === "COMMENTED" && comment?.author.name === own && comment.text.includes(marker);
        const { items } = await collect(read, { maxPages: MAX_PAGES, enough: (rows) => rows.some(isOwn) });
        return items.find(isOwn)?.comment?.id ?? null;
      },
      create: async (text) => written((await json.post(of, Written, { body: { text } })).body),
    };
  });
}

function whenOutdated<Value>(again: () => Promise<Value>) {
  return (error: unknown): Promise<Value> => {
    if (error instanceof Fault && error.details?.status === 409) return again();
    throw error;
  };
}
