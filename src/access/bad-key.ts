import { prefixOf } from "@/access/api-key";
import { writeAuditAlone } from "@/access/audit";
import type { Origin } from "@/access/caller";
import { db } from "@/db/client";
import { log } from "@/lib/log";

const minute = 60_000;
const maxKnown = 10_000;

// On globalThis: the server bundles evaluate this module more than once.
const held = globalThis as { slipwayBadKeys?: Map<string, number> };
held.slipwayBadKeys ??= new Map();
const told = held.slipwayBadKeys;

/**
 * Tell the audit of the organization that a key of theirs was refused: revoked, expired, or with a wrong secret. Once
 * a minute for each key and address, and behind the answer, so that its time does not tell which prefixes exist.
 */
export function recordBadKey(text: string, origin: Origin): void {
  const prefix = prefixOf(text);
  if (!prefix || !isDue(`${prefix} ${origin.address}`)) return;
  write(prefix, origin).catch((error: Error) =>
    log.warn({ code: error.name }, "a refused key was not audited"),
  );
}

function isDue(subject: string, now = Date.now()): boolean {
  if (now - (told.get(subject) ?? 0) < minute) return false;
  if (told.size >= maxKnown) told.clear();
  told.set(subject, now);
  return true;
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
