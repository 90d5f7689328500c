import type { Db } from "@/db/client";
import type { Application } from "@/db/generated/client";
import { previewRulesOf } from "@/features/application/preview-contract";
import { production } from "@/features/environment/site";
import { takesPlace } from "@/features/preview/takes-place";
import { Fault } from "@/lib/fault";

interface Held {
  slug: string;
  /** The host's permanent id of its repository; null for a plain Git URL. */
  repositoryId: string | null;
  /** As its production environment has it: a preview is to behave the same. */
  spaFallback: boolean;
  /** Previews that the application may have at a time; 0 while they are switched off. */
  limit: number;
  /** Previews that count towards the limit. */
  count: number;
}

/**
 * Hold the previews of an application until the transaction ends, so that no two requests take the last place.
 * @throws Fault `not_found`
 */
export async function lockPreviewsOf(
  tx: Db,
  { organizationId, applicationId }: Pick<Application, "organizationId" | "applicationId">,
): Promise<Held> {
  const [row] = await tx.$queryRaw<Pick<Application, "slug" | "repositoryId" | "previews">[]>`
    SELECT "slug", "repositoryId", "previews" FROM "application"
    WHERE "organizationId" = ${organizationId} AND "applicationId" = ${applicationId} FOR NO KEY UPDATE`;
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "application" } });
  const environments = await tx.environment.findMany({ where: { organizationId, applicationId } });
  const previews = environments.filter(({ kind }) => kind === "preview");
  return {
    slug: row.slug,
    repositoryId: row.repositoryId,
    spaFallback: environments.find(({ name }) => name === production)?.spaFallback ?? false,
    limit: previewRulesOf(row)?.limit ?? 0,
    count: previews.filter(takesPlace).length,
  };
}

/**
 * Whether one more preview may be deployed, or this one, which has its place already.
 * @throws Fault `conflict` reason `preview_limit_reached`
 */
export function assertFreePlace(
  { limit, count }: Held,
  preview: Parameters<typeof takesPlace>[0] | null,
): void {
  if ((preview && takesPlace(preview)) || count < limit) return;
  throw new Fault("conflict", { code: "preview_limit_reached", params: { limit } });
}
