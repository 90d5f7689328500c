import { writeAuditAlone } from "@/access/audit";
import type { Caller, Origin, Principal, RequestHeaders } from "@/access/caller";
import { digest, sameDigest } from "@/access/digest";
import { permissions } from "@/access/policy";
import { countAttempt, isFirstThisMinute } from "@/access/rate-limit";
import { sessionIdOf } from "@/access/session-cookie";
import { findSession } from "@/access/session-lookup";
import {
  type MemberRow,
  membershipOf,
  type PersonRow,
  principalOf,
  rolePermissionsSql,
  type SignedIn,
  touch,
} from "@/access/signed-in";
import { db, pool } from "@/db/client";
import { Fault } from "@/lib/fault";
import { newId, newSecret } from "@/lib/id";
import { log } from "@/lib/log";

export const keyHeader = "x-api-key";

/**
 * The sender of a request. When a key is sent it alone counts, even if it is invalid: permissions of a key and a
 * session are never combined.
 * @throws Fault `unauthenticated`, or `rate_limited` after many bad keys from one address
 */
export async function resolve(headers: RequestHeaders, origin: Origin): Promise<SignedIn> {
  const key = headers.get(keyHeader);
  if (typeof key === "string") return (await findKey(key, origin)) ?? refuseKey(key, origin);
  const sessionId = await sessionIdOf(headers);
  const found = sessionId ? await findSession(sessionId, origin) : null;
  if (!found) throw new Fault("unauthenticated", { code: "signed_out" });
  return found;
}

const form = /^slw_([0-9a-z]{12})_[A-Za-z0-9_-]{43}$/;

/** A new key: the text is for its owner, once; the rest is for the row. */
export function mintKey() {
  const prefix = newId().slice(0, 12);
  const key = `slw_${prefix}_${newSecret(32)}`;
  return { key, stored: { prefix, keyHash: digest(key), lastFour: key.slice(-4) } };
}

/** The look-up part of a key; null for text that cannot be one. */
export function prefixOf(text: string): string | null {
  return text.length === 60 ? (form.exec(text)?.[1] ?? null) : null;
}

interface KeyRow extends PersonRow, MemberRow {
  apiKeyId: string;
  keyHash: string;
  keyName: string;
  keyPermissions: string[];
  stale: boolean;
}

// One statement reads person, organization and permissions, since this runs on every call of an API client.
const keyLookup = {
  name: "slipway-api-key",
  text: `SELECT k."apiKeyId", k."keyHash", k.name AS "keyName", k.permissions AS "keyPermissions",
      k."lastUsedAt" IS NULL OR k."lastUsedAt" < now() - interval '1 minute' AS stale,
      m."memberId", m."organizationId", m.role, ${rolePermissionsSql("m")},
      u."userId", u.email, u.username, u."firstName", u."lastName", u."instanceAdmin"
    FROM api_key k
    JOIN member m ON m."organizationId" = k."organizationId" AND m."memberId" = k."memberId"
    JOIN "user" u ON u."userId" = m."userId"
    WHERE k.prefix = $1 AND k."revokedAt" IS NULL AND (k."expiresAt" IS NULL OR k."expiresAt" > now())`,
};
const used = `UPDATE api_key SET "lastUsedAt" = now()
  WHERE "apiKeyId" = $1 AND ("lastUsedAt" IS NULL OR "lastUsedAt" < now() - interval '1 minute')`;
const noHash = digest("");

/** Who a key acts for; null when it is malformed, wrong, revoked, expired or its membership ended. */
export async function findKey(text: string, origin: Origin): Promise<SignedIn | null> {
  const prefix = prefixOf(text);
  if (!prefix) return null;
  const { rows } = await pool().query<KeyRow>({ ...keyLookup, values: [prefix] });
  const [row] = rows;
  // Compared for an unknown prefix too, so that the response time does not reveal which prefixes exist.
  if (!sameDigest(digest(text), row?.keyHash ?? noHash) || !row) return null;
  if (row.stale) touch(used, row.apiKeyId);
  return {
    principal: principalOf(
      { ...row, instanceAdmin: row.instanceAdmin && isUnlimited(row.keyPermissions) },
      { kind: "key", apiKeyId: row.apiKeyId, keyName: row.keyName },
      origin,
    ),
    membership: membershipOf(row, row.keyPermissions),
  };
}

function isUnlimited(list: string[]): boolean {
  return permissions.every((permission) => list.includes(permission));
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
