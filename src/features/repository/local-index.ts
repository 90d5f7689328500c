import { pool } from "@/db/client";
import type { Usable } from "@/features/repository/usable";
import { Repository } from "@/git/nouns";

/** A repository that was listed before, and by which provider. */
export interface Known {
  gitProviderId: string;
  repository: Repository;
}

/** More than are ever shown, so that the best fit is among them. */
const most = 500;

/**
 * Repositories whose full name holds every word of a search, on all pages that these credentials have got so far: one
 * statement, no host. Pages of an earlier credential are not searched.
 */
export async function searchKnown(
  organizationId: string,
  usable: Usable[],
  search: string,
): Promise<Known[]> {
  const { rows } = await pool().query<Known>(statement, [
    organizationId,
    usable.map(({ row }) => row.gitProviderId),
    usable.map(({ row }) => row.credentialVersion),
    wordsOf(search).map(pattern),
    most,
  ]);
  // Entries stored by an older version that no longer parse are ignored.
  return rows.filter(({ repository }) => Repository.safeParse(repository).success);
}

const statement = `SELECT "gitProviderId", "repository" FROM (
    SELECT DISTINCT ON (l."gitProviderId", r->>'id') l."gitProviderId", r AS "repository", l."fetchedAt"
    FROM "repository_list" l
    JOIN unnest($2::text[], $3::int[]) AS p("id", "version")
      ON p."id" = l."gitProviderId" AND p."version" = l."credentialVersion"
    CROSS JOIN LATERAL jsonb_array_elements(
      CASE jsonb_typeof(l."page"->'items') WHEN 'array' THEN l."page"->'items' ELSE '[]' END) r
    WHERE l."organizationId" = $1 AND lower(r->>'fullName') LIKE ALL ($4::text[])
    ORDER BY l."gitProviderId", r->>'id', l."fetchedAt" DESC
  ) found ORDER BY length("repository"->>'fullName'), "repository"->>'fullName' LIMIT $5`;

/** The words of a search, separated by white space. */
export function wordsOf(search: string): string[] {
  return search.toLowerCase().replaceAll("\0", "").split(/\s+/).filter(Boolean);
}

function pattern(word: string): string {
  return `%${word.replace(/[\\%_]/g, "\\$&")}%`;
}
