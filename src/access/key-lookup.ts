import type { Origin } from "@/access/caller";
import { digest, sameDigest } from "@/access/digest";
import { permissions } from "@/access/policy";
import {
  type MemberRow,
  membershipOf,
  type PersonRow,
  principalOf,
  rolePermissionsSql,
  type SignedIn,
  touch,
} from "@/access/signed-in";
import { pool } from "@/db/client";
import { newId, newSecret } from "@/lib/id";

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

interface Row extends PersonRow, MemberRow {
  apiKeyId: string;
  keyHash: string;
  keyName: string;
  keyPermissions: string[];
  stale: boolean;
}

// One statement reads person, organization and permissions, since this runs on every call of an API client.
const lookup = {
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
  const { rows } = await pool().query<Row>({ ...lookup, values: [prefix] });
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
