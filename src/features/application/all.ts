import { z } from "zod";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { AllApplications, Application } from "@/features/application/contract";
import { toApplication, withEnvironments } from "@/features/application/public";
import { decodeCursor, encodeCursor } from "@/lib/cursor";

const CursorKey = z.tuple([z.coerce.date(), z.string()]);

export interface ApplicationPage {
  items: Application[];
  nextCursor: string | null;
}

/** The applications, newest first, or those whose name, address or repository holds the search. */
export async function all(
  { organizationId }: Caller,
  { search, cursor, limit }: AllApplications,
): Promise<ApplicationPage> {
  const wanted = search?.trim().replaceAll("\0", "") ?? "";
  const scope = JSON.stringify([organizationId, "application.all", wanted]);
  const rows = await db().application.findMany({
    where: {
      organizationId,
      AND: [wanted ? holding(wanted) : {}, cursor ? before(decodeCursor(scope, cursor, CursorKey)) : {}],
    },
    include: withEnvironments,
    orderBy: [{ createdAt: "desc" }, { applicationId: "desc" }],
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(toApplication),
    nextCursor: last ? encodeCursor(scope, [last.createdAt, last.applicationId]) : null,
  };
}

function holding(text: string) {
  // A search is text, not a pattern.
  const contains = { contains: text.replace(/[\\%_]/g, "\\$&"), mode: "insensitive" as const };
  return { OR: [{ name: contains }, { slug: contains }, { repositoryFullName: contains }] };
}

function before([createdAt, applicationId]: z.infer<typeof CursorKey>) {
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, applicationId: { lt: applicationId } }] };
}
