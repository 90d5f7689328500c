import { z } from "zod";
import { listed, MAX_PAGE_SIZE, projectPath } from "@/providers/gitlab/api";
import { webUrl } from "@/providers/gitlab/convert";
import { HOST } from "@/providers/gitlab/error-mapping";
import { User } from "@/providers/gitlab/schema";
import type { JsonApi } from "@/providers/kit/json-api";
import { findIn, numberedPage } from "@/providers/kit/pages";
import { commentPort } from "@/providers/kit/request-comment";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { CommentPort } from "@/providers/reporting";

/** A request with more notes than these pages hold gets a new one when its own was lost. */
const MAX_PAGES = 10;

const Note = z.object({
  id: NumberId,
  body: z.string().nullish(),
  author: z.object({ username: z.string() }).nullish(),
  /** Written by GitLab itself: "assigned to …". */
  system: z.boolean().nullish(),
});
type Note = z.infer<typeof Note>;

/** Notes on merge requests. `base` is the web address without a slash at its end. */
export function comments(api: () => JsonApi, base: string): CommentPort {
  return commentPort({ host: HOST, scope: "api" }, (key, number) => {
    const path = (...rest: string[]) => projectPath(key, "merge_requests", String(number), "notes", ...rest);
    const told = ({ id }: Note): { id: string; url: string } => ({
      id,
      url: `${webUrl(base, key.fullName)}/-/merge_requests/${number}#note_${id}`,
    });
    return {
      edit: async (id, body) => told((await api().change("PUT", path(id), Note, { body: { body } })).body),
      create: async (body) => told((await api().post(path(), Note, { body: { body } })).body),
      async find(marker) {
        const { username } = (await api().get("user", User)).body;
        const isMeant = (note: Note) =>
          (note.body?.includes(marker) ?? false) && note.author?.username === username && !note.system;
        const bound = { host: HOST, query: ["notes", key.id ?? key.fullName], size: MAX_PAGE_SIZE };
        const read = (cursor: string | undefined) =>
          numberedPage({ ...bound, cursor }, (at) => listed(api(), path(), Note, oldestFirst, at));
        return (await findIn(read, isMeant, MAX_PAGES))?.id ?? null;
      },
    };
  });
}

const oldestFirst = { order_by: "created_at", sort: "asc" };
