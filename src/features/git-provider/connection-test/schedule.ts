/** The schedule of background checks. It is a column of the provider, so that all processes share it. */
import { pool } from "@/db/client";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { quoted } from "@/features/git-provider/record/store";
import { registry } from "@/providers/registry";

/** A claim expires after this time, so that the check of a dead process is taken over. */
const claimSeconds = 15 * 60;
const lockKey = 5_179_003;

/** A provider whose authorization is pending has no credential yet. */
const checkable = `p."status" = 'active'
  AND (p."health"->>'state' <> 'pending' OR p."health"->'reason'->>'code' <> 'authorize_pending')`;
const isNew = `p."health"->>'state' = 'pending' AND p."health"->'reason'->>'code' = 'not_tested'`;

const plan = `UPDATE "git_provider" p SET "checkDueAt" = now() + random() *
    CASE WHEN p."health"->>'state' = 'pending' THEN interval '10 minutes' ELSE interval '6 hours' END
  WHERE ${checkable} AND (p."checkDueAt" IS NULL OR (${isNew}
    AND NOT p."health" ? 'claimedAt' AND p."checkDueAt" > now() + interval '10 minutes'))`;

/** Give a time to each provider that has none: spread over hours, or over minutes when its secret is new. */
export async function planChecks(): Promise<void> {
  await pool().query(plan);
}

export type Claimed = Pick<ProviderRow, "gitProviderId" | "organizationId">;

/**
 * Claim checks that are due for this process, the longest due first: one per host, and none of a host that is being
 * checked. A claim ends with the check, or expires after 15 minutes.
 */
export async function claimChecks(most: number): Promise<Claimed[]> {
  claim ??= claimText();
  const client = await pool().connect();
  try {
    await client.query("BEGIN");
    // Claims are serialized, so that each sees the ones before it.
    await client.query("SELECT pg_advisory_xact_lock($1)", [lockKey]);
    const { rows } = await client.query<Claimed>(claim, [most, claimSeconds]);
    await client.query("COMMIT");
    return rows;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // the connection may be what failed
    throw error;
  } finally {
    client.release();
  }
}

let claim: string | undefined;

function claimText(): string {
  return `WITH hosted AS (
    SELECT p.*, COALESCE(lower(substring(${addressSql()} from '^\\w+://([^/?#]+)')), p."gitProviderId") AS host
    FROM "git_provider" p ${Object.values(registry)
      .map(({ type }) => `LEFT JOIN ${quoted(type)} ON ${quoted(type)}."gitProviderId" = p."gitProviderId"`)
      .join("\n")}
  ), due AS (
    SELECT DISTINCT ON (p.host) p."gitProviderId", p."checkDueAt" FROM hosted p
    WHERE ${checkable} AND p."checkDueAt" <= now() AND NOT EXISTS (SELECT 1 FROM hosted o WHERE o.host = p.host
      AND (o."health"->>'claimedAt')::timestamptz > now() - make_interval(secs => $2))
    ORDER BY p.host, p."checkDueAt"
  )
  UPDATE "git_provider" SET "checkDueAt" = now() + make_interval(secs => $2),
    "health" = jsonb_set("health", '{claimedAt}', to_jsonb(now()::text))
  WHERE "gitProviderId" IN (SELECT "gitProviderId" FROM due ORDER BY "checkDueAt" LIMIT $1)
  RETURNING "gitProviderId", "organizationId"`;
}

/** The column of each type that holds the host's address. */
function addressSql(): string {
  const cases = Object.values(registry).map(
    ({ type, manifest }) => `WHEN '${type}' THEN ${quoted(type)}.${quoted(manifest.urlField)}`,
  );
  return `CASE p."providerType" ${cases.join(" ")} END`;
}

/** Let go of a check and say when the next one is due. */
export async function planNext(gitProviderId: string, at: Date): Promise<void> {
  const release = `UPDATE "git_provider" SET "checkDueAt" = $2, "health" = "health" - 'claimedAt'
    WHERE "gitProviderId" = $1`;
  await pool().query(release, [gitProviderId, at]);
}
