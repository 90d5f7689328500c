import { writeAuditAlone } from "@/access/audit";
import type { Caller, Origin, Principal, RequestHeaders } from "@/access/caller";
import { findKey, prefixOf } from "@/access/key-lookup";
import { countAttempt, isFirstThisMinute } from "@/access/rate-limit";
import { sessionIdOf } from "@/access/session-cookie";
import { findSession } from "@/access/session-lookup";
import { type MemberRow, membershipOf, rolePermissionsSql, type SignedIn } from "@/access/signed-in";
import { db, pool } from "@/db/client";
import { Fault } from "@/lib/fault";
import { log } from "@/lib/log";

export const keyHeader = "x-api-key";

/**
 * The sender of a request. When a key is sent it alone counts, even if it is invalid: permissions of a key and a
 * session are never combined.
 * @throws Fault `unauthenticated`, or `rate_limited` after many bad keys from one address
 */
export async function resolve(headers: RequestHeaders, origin: Origin): Promise<SignedIn> {
  const key = headers.get(keyHeader);
  if (key !== null) return (await findKey(key, origin)) ?? refuseKey(key, origin);
  const sessionId = await sessionIdOf(headers);
  const found = sessionId ? await findSession(sessionId, origin) : null;
  if (!found) throw new Fault("unauthenticated", { code: "signed_out" });
  return found;
}

/** Only bad keys are counted, so that good ones from the same address are never slowed or locked out. */
async function refuseKey(key: string, origin: Origin): Promise<never> {
  await countAttempt("badKey", origin.address);
  recordRejectedKey(key, origin);
  throw new Fault("unauthenticated", { code: "key_invalid" });
}

/**
 * Record in the organization's audit that one of its keys was refused: revoked, expired, or with a wrong secret. Once a
 * minute for each key and address, and after the answer, so that the response time does not reveal which prefixes
 * exist.
 */
function recordRejectedKey(text: string, origin: Origin): void {
  const prefix = prefixOf(text);
  if (!prefix || !isFirstThisMinute(`key ${prefix} ${origin.address}`)) return;
  auditRejectedKey(prefix, origin).catch((error: Error) =>
    log.warn({ code: error.name }, "a refused key was not audited"),
  );
}

async function auditRejectedKey(prefix: string, origin: Origin): Promise<void> {
  const key = await db().apiKey.findUnique({ where: { prefix }, include: { member: true } });
  if (!key) return;
  const { organizationId, apiKeyId, name } = key;
  const actor = { organizationId, userId: key.member.userId, apiKeyId, name };
  const target = { type: "apiKey", id: apiKeyId, name };
  const action = "apiKey.use";
  await writeAuditAlone({ actor, origin, action, result: "denied", fault: "unauthenticated", target });
}

/** @throws Fault `forbidden` reason `no_organization` */
export function callerOf({ principal, membership }: SignedIn): Caller {
  if (!membership) throw new Fault("forbidden", { code: "no_organization" });
  return { ...principal, ...membership };
}

const memberLookup = {
  name: "slipway-member",
  text: `SELECT m."memberId", m."organizationId", m.role, ${rolePermissionsSql("m")} FROM member m
    WHERE m."userId" = $1 AND m."organizationId" = $2`,
};

/**
 * A person in an organization that may not be the one they act in now; null when they do not belong to it (any more).
 * Only for people in the web app: a key acts in one organization.
 */
export async function callerInOrganization(
  principal: Principal,
  organizationId: string,
): Promise<Caller | null> {
  if (principal.via.kind !== "session") return null;
  const { rows } = await pool().query<MemberRow>({
    ...memberLookup,
    values: [principal.userId, organizationId],
  });
  const membership = rows[0] ? membershipOf(rows[0]) : null;
  return membership ? { ...principal, ...membership } : null;
}
