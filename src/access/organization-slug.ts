import { type Db, db } from "@/db/client";
import { longestSlug, slugOf, slugStem } from "@/lib/slug";
import { uniqueName } from "@/lib/unique-name";

/**
 * A slug for a new organization: its name, with a number where another has it. Holds a lock until the transaction
 * ends, so that two of one name made at the same moment get different ones.
 */
export async function newOrganizationSlug(tx: Db, name: string): Promise<string> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('organization.slug'))`;
  const slug = slugOf(name, "organization");
  const rows = await tx.organization.findMany({
    where: { slug: { startsWith: slugStem(slug) } },
    select: { slug: true },
  });
  const taken = new Set(rows.map((row) => row.slug));
  return uniqueName(slug, taken, { separator: "-", maxLength: longestSlug });
}

/** Where the pages of an organization begin: `/o/acme`. */
export async function organizationPath(organizationId: string): Promise<string> {
  const { slug } = await db().organization.findUniqueOrThrow({
    where: { organizationId },
    select: { slug: true },
  });
  return `/o/${slug}`;
}
