import type { Principal } from "@/access/caller";
import { Fault } from "@/lib/fault";
import { processGlobal } from "@/lib/process-global";

/** Streams that a key, or a person in all their sessions, may have open in one process. */
export const maxStreams = 32;
const retryMs = 10_000;

const open = processGlobal("openStreams", () => new Map<string, number>()).value;

/**
 * Count a stream while it is open: each one costs a database query every second.
 * @returns what to call at its end; more than once does no harm
 * @throws Fault `rate_limited` reason `streams_limited`
 */
export function countStream({ userId, via }: Pick<Principal, "userId" | "via">): () => void {
  const subject = via.kind === "key" ? `key ${via.apiKeyId}` : `user ${userId}`;
  const count = open.get(subject) ?? 0;
  if (count >= maxStreams) {
    const reason = { code: "streams_limited", params: { limit: maxStreams } };
    throw new Fault("rate_limited", reason, { retryAt: new Date(Date.now() + retryMs) });
  }
  open.set(subject, count + 1);
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    leave(subject);
  };
}

function leave(subject: string): void {
  const count = (open.get(subject) ?? 1) - 1;
  if (count > 0) open.set(subject, count);
  else open.delete(subject);
}
