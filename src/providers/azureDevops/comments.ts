import { z } from "zod";
import { Fault } from "@/lib/fault";
import { type AzureApi, below, lazyApi, type Session, versionOf } from "@/providers/azureDevops/api";
import { HOST } from "@/providers/azureDevops/error-mapping";
import { pageOf } from "@/providers/azureDevops/pull-requests";
import { listOf } from "@/providers/azureDevops/schema";
import { pathOf } from "@/providers/kit/path";
import { commentPort } from "@/providers/kit/request-comment";
import { NumberId } from "@/providers/kit/webhook-schema";
import type { CommentPort } from "@/providers/reporting";

const AzureComment = z.object({
  id: NumberId,
  content: z.string().nullish(),
  isDeleted: z.boolean().nullish(),
  author: z.object({ id: z.string() }).nullish(),
});

const Thread = z.object({ id: NumberId, comments: z.array(AzureComment).nullish() });

/** A comment begins a thread of its own, so its id is that of the thread and its own one, with a colon between. */
export function comments(session: Session, api: AzureApi): CommentPort {
  const json = lazyApi(session);
  const query = { "api-version": versionOf(session.settings) };
  const asked = { host: HOST, scope: "Code (Read & write), or Pull Request Threads (Read & write)" };
  return commentPort(asked, async (key, number) => {
    const repository = await api.repository(key);
    const threads = `${below(repository)}/pullRequests/${number}/threads`;
    const written = (thread: string, comment: string) => ({
      id: `${thread}:${comment}`,
      url: `${pageOf(session, repository, number)}?discussionId=${thread}`,
    });
    return {
      edit: async (id, content) => {
        const [thread = "", comment = ""] = id.split(":");
        const path = `${threads}/${pathOf(thread, "comments", comment)}`;
        const { body } = await json().get(path, AzureComment, { query });
        // The place of a comment stays when its text is taken away.
        if (body.isDeleted) throw new Fault("not_found", { code: "host_not_found", params: { host: HOST } });
        await json().change("PATCH", path, AzureComment, { query, body: { content } });
        return written(thread, comment);
      },
      find: async (marker) => {
        const { id: account } = (await api.connection()).authenticatedUser;
        const { items } = (await json().get(threads, listOf(Thread), { query })).body.value;
        const own = items.flatMap(({ id, comments }) =>
          (comments ?? [])
            .filter((one) => !one.isDeleted && one.author?.id === account && one.content?.includes(marker))
            .map((one) => `${id}:${one.id}`),
        );
        return own.at(-1) ?? null;
      },
      create: async (content) => {
        const comment = { parentCommentId: 0, content, commentType: "text" };
        // An open thread may keep the request from being completed.
        const options = { query, body: { comments: [comment], status: "closed" } };
        const { body } = await json().post(threads, Thread, options);
        return written(body.id, body.comments?.[0]?.id ?? "1");
      },
    };
  });
}
