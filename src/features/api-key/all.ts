import { z } from "zod";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { AllApiKeys, ApiKeyList } from "@/features/api-key/contract";
import { assertKeyAccess, visibleKeys } from "@/features/api-key/own";
import { showKey, withMaker } from "@/features/api-key/show";
import { decodeCursor, encodeCursor } from "@/lib/cursor";

const Position = z.tuple([z.coerce.date(), z.string()]);

/** The keys that are not revoked, newest first: the caller's own, or with `apiKey:write` everyone's. */
export async function allApiKeys(caller: Caller, { cursor, limit }: AllApiKeys): Promise<ApiKeyList> {
  assertKeyAccess(caller);
  const scope = `${caller.organizationId}/apiKey.all`;
  const before = cursor ? older(decodeCursor(scope, cursor, Position)) : {};
  const rows = await db().apiKey.findMany({
    where: { AND: [visibleKeys(caller), before] },
    include: withMaker,
    orderBy: [{ createdAt: "desc" }, { apiKeyId: "desc" }],
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(showKey),
    nextCursor: last ? encodeCursor(scope, [last.createdAt, last.apiKeyId]) : null,
  };
}

function older([createdAt, apiKeyId]: z.infer<typeof Position>) {
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, apiKeyId: { lt: apiKeyId } }] };
}
