import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { isNotFound } from "@/providers/kit/not-found";
import { requestGone } from "@/providers/kit/pull-request";
import type { CommentPort } from "@/providers/reporting";

interface WrittenComment {
  id: string;
  url: string | null;
}

/** What a host lets do with the comments of one request. */
export interface CommentCalls {
  /** @throws Fault `not_found` when the comment is gone */
  edit(id: string, body: string): Promise<WrittenComment>;
  /** The comment of this account that holds the text; null when there is none. */
  find(marker: string): Promise<string | null>;
  create(body: string): Promise<WrittenComment>;
}

/** Names in messages about what a credential may not do. */
interface CommentHost {
  host: string;
  /** The scope that commenting needs. */
  scope: string;
}

/** The same steps for every host: edit the known comment, else the one that is found, else write a new one. */
export function commentPort(
  { host, scope }: CommentHost,
  callsOf: (key: RepositoryKey, number: number) => Promise<CommentCalls> | CommentCalls,
): CommentPort {
  return {
    async upsert(key, number, { id, marker, body }) {
      try {
        const calls = await callsOf(key, number);
        const edited = id === null ? null : await editOrNull(calls, id, body);
        if (edited) return edited;
        const found = await calls.find(marker);
        return (found !== null && (await editOrNull(calls, found, body))) || (await calls.create(body));
      } catch (error) {
        if (isNotFound(error)) throw requestGone(host, key, number, error);
        if (!(error instanceof Fault) || error.code !== "permission_missing") throw error;
        const params = { host, scope, repository: key.fullName };
        throw new Fault("permission_missing", { code: "comment_not_allowed", params }, { cause: error });
      }
    },
  };
}

/** Null when somebody deleted the comment, or it is one of another account: that of a former credential. */
async function editOrNull(calls: CommentCalls, id: string, body: string): Promise<WrittenComment | null> {
  try {
    return await calls.edit(id, body);
  } catch (error) {
    if (isNotFound(error) || (error instanceof Fault && error.code === "permission_missing")) return null;
    throw error;
  }
}
