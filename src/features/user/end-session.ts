import type { Principal } from "@/access/caller";
import { db } from "@/db/client";
import type { EndSession } from "@/features/user/contract";
import { Fault } from "@/lib/fault";

/**
 * End one session of the caller, which may be the current one.
 * @throws Fault `not_found`
 */
export async function endOwnSession(
  who: Principal,
  { sessionId }: EndSession,
): Promise<Record<string, never>> {
  const { count } = await db().session.deleteMany({ where: { sessionId, userId: who.userId } });
  if (count === 0) throw new Fault("not_found", { code: "not_found", params: { what: "session" } });
  return {};
}
