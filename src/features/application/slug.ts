import type { Db } from "@/db/client";
import { longestSlug, slugStem } from "@/lib/slug";
import { uniqueName } from "@/lib/unique-name";

/** The slug itself if it is free on this instance, else with the next free number. */
export async function freeSlug(tx: Db, slug: string): Promise<string> {
  // No underscore or percent sign is in a slug, so the prefix is one.
  const rows = await tx.application.findMany({
    where: { slug: { startsWith: slugStem(slug) } },
    select: { slug: true },
  });
  const taken = new Set(rows.map((row) => row.slug));
  return uniqueName(slug, taken, { separator: "-", maxLength: longestSlug });
}
