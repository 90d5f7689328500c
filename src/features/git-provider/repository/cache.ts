import { createHash } from "node:crypto";
import { z } from "zod";
import { db, pool } from "@/db/client";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Repository } from "@/git/nouns";
import { log } from "@/lib/log";

/** The key of a cached page, beside the credential. */
export interface ListQuery {
  search?: string;
  owner?: string;
  /** The host's own cursor. */
  cursor?: string;
  limit: number;
}

const Param = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);
const StoredReason = z.object({ code: z.string(), params: z.record(z.string(), Param).optional() });

/** A page as the host gave it. Its cursor is the host's. */
const HostPage = z.object({
  items: z.array(Repository),
  nextCursor: z.string().nullable(),
  total: z.number().optional(),
  incomplete: z.object({ reason: StoredReason }).optional(),
});
type HostPage = z.infer<typeof HostPage>;

export interface CachedPage {
  page: HostPage;
  fetchedAt: Date;
}

const day = 86_400_000;

/** The last page that this very credential got for this very query. */
export async function cachedPage(row: ProviderRow, query: ListQuery): Promise<CachedPage | null> {
  const { gitProviderId, credentialVersion, queryHash } = keyOf(row, query);
  const values = [gitProviderId, credentialVersion, queryHash];
  const { rows } = await pool().query<{ page: unknown; fetchedAt: number }>({ ...lookup, values });
  const [found] = rows;
  // A page stored by an older version that no longer parses is ignored.
  const page = HostPage.safeParse(found?.page);
  return found && page.success ? { page: page.data, fetchedAt: new Date(found.fetchedAt) } : null;
}

// Not through Prisma, which takes as long as the rest of a warm page.
const lookup = {
  name: "slipway-repository-list",
  text: `SELECT "page", (extract(epoch FROM "fetchedAt") * 1000)::float8 AS "fetchedAt" FROM "repository_list"
    WHERE "gitProviderId" = $1 AND "credentialVersion" = $2 AND "queryHash" = $3`,
};

/** Save a page, unless the credential was changed meanwhile: it may show what the new credential may not see. */
export async function savePage(
  row: ProviderRow,
  query: ListQuery,
  { page, fetchedAt }: CachedPage,
): Promise<void> {
  const { gitProviderId, credentialVersion, queryHash } = keyOf(row, query);
  await db().$executeRaw`
    INSERT INTO "repository_list" ("gitProviderId", "organizationId", "credentialVersion", "queryHash", "page", "fetchedAt")
    SELECT p."gitProviderId", p."organizationId", p."credentialVersion", ${queryHash}, ${JSON.stringify(page)}::jsonb, ${fetchedAt}
    FROM "git_provider" p
    WHERE p."gitProviderId" = ${gitProviderId} AND p."credentialVersion" = ${credentialVersion}
    ON CONFLICT ("gitProviderId", "credentialVersion", "queryHash")
    DO UPDATE SET "page" = EXCLUDED."page", "fetchedAt" = EXCLUDED."fetchedAt"`;
  // Typing a search saves a page for each letter, so old ones are deleted here.
  const old = { gitProviderId, fetchedAt: { lt: new Date(fetchedAt.getTime() - day) } };
  await db().repositoryList.deleteMany({ where: old });
}

function keyOf({ gitProviderId, credentialVersion }: ProviderRow, query: ListQuery) {
  const text = JSON.stringify(
    [query.search, query.owner, query.cursor, query.limit].map((part) => part ?? null),
  );
  return { gitProviderId, credentialVersion, queryHash: createHash("sha256").update(text).digest("hex") };
}

/**
 * Run a refresh after the answer was sent. A failure is only logged here: the health of the provider records it
 * already.
 */
export function inBackground(what: string, work: Promise<unknown>): void {
  work.catch((error: { code?: string }) =>
    log.info({ what, code: error.code }, "a refresh behind the scenes failed"),
  );
}

export function flightKey(row: ProviderRow, query: ListQuery): string {
  const { gitProviderId, credentialVersion, queryHash } = keyOf(row, query);
  return `repositories ${gitProviderId} ${credentialVersion} ${queryHash}`;
}
