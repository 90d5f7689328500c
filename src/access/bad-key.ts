import { prefixOf } from "@/access/api-key";
import { writeAuditAlone } from "@/access/audit";
import type { Origin } from "@/access/caller";
import { isDue } from "@/access/due";
import { db } from "@/db/client";
import { log } from "@/lib/log";

/**
 * Tell the audit of the organization that a key of theirs was refused: revoked, expired, or with a wrong secret. Once
 * a minute for each key and address, and behind the answer, so that its time does not tell which prefixes exist.
 */
export function recordBadKey(text: string, origin: Origin): void {
  const prefix = prefixOf(text);
  if (!prefix || !isDue(`key ${prefix} ${origin.address}`)) return;
  write(prefix, origin).catch((error: Error) =>
    log.warn({ code: error.name }, "a refused key was not audited"),
  );
}

async function write(prefix: string, origin: Origin): Promise<void> {
  const key = await db().apiKey.findUnique({ where: { prefix }, include: { member: true } });
  if (!key) return;
  const { organizationId, apiKeyId, name } = key;
  const actor = { organizationId, userId: key.member.userId, apiKeyId, name };
  const target = { type: "apiKey", id: apiKeyId, name };
  const action = "apiKey.use";
  await writeAuditAlone({ actor, origin, action, result: "denied", fault: "unauthenticated", target });
}
