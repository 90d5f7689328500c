import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { RevokeApiKey } from "@/features/api-key/contract";
import { assertKeyAccess, visibleKeys } from "@/features/api-key/own";
import { Fault } from "@/lib/fault";

/**
 * Revoke a key; its next call is refused.
 * @throws Fault `not_found` for one the caller may not see
 */
export async function revokeApiKey(
  caller: Caller,
  { apiKeyId }: RevokeApiKey,
): Promise<Record<string, never>> {
  assertKeyAccess(caller);
  const { count } = await db().apiKey.updateMany({
    where: { AND: [visibleKeys(caller), { apiKeyId }] },
    data: { revokedAt: new Date() },
  });
  if (count === 0) throw new Fault("not_found", { code: "not_found", params: { what: "API key" } });
  return {};
}
