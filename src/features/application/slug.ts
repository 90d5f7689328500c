import { type Db, db } from "@/db/client";
import { reservedSlugs } from "@/features/application/contract";
import { Fault } from "@/lib/fault";
import { longestSlug, slugStem } from "@/lib/slug";
import { uniqueName } from "@/lib/unique-name";

/** How long a slug that was freed stays with its organization: links and bookmarks still lead to it. */
const keptDays = 30;

function freedAfter(): Date {
  return new Date(Date.now() - keptDays * 24 * 3600 * 1000);
}

/** The slug itself if it is free on this instance, else with the next free number. */
export async function freeSlug(tx: Db, organizationId: string, slug: string): Promise<string> {
  // A slug holds no `_` or `%`, so it needs no escaping in LIKE.
  const like = { slug: { startsWith: slugStem(slug) } };
  const rows = await tx.application.findMany({ where: like, select: { slug: true } });
  const freed = await tx.freedSlug.findMany({
    where: {
      ...like,
      freedAt: { gt: freedAfter() },
      OR: [{ organizationId: null }, { NOT: { organizationId } }],
    },
    select: { slug: true },
  });
  const taken = new Set([...reservedSlugs, ...[...rows, ...freed].map((row) => row.slug)]);
  return uniqueName(slug, taken, { separator: "-", maxLength: longestSlug });
}

/**
 * Refuse a slug that another organization gave up not long ago. Checked after the row is written, so that a concurrent
 * removal of the other application is seen.
 * @throws Fault `conflict` reason `site_taken`
 */
export async function assertSlugNotKept(tx: Db, organizationId: string, slug: string): Promise<void> {
  const freed = await tx.freedSlug.findFirst({ where: { slug, freedAt: { gt: freedAfter() } } });
  if (!freed) return;
  if (freed.organizationId !== organizationId) {
    throw new Fault("conflict", { code: "site_taken", params: { site: slug } });
  }
  await tx.freedSlug.deleteMany({ where: { slug, organizationId } });
}

/** Forget slugs that were freed long ago. */
export async function sweepFreedSlugs(): Promise<void> {
  await db().freedSlug.deleteMany({ where: { freedAt: { lte: freedAfter() } } });
}
