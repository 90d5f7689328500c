import type { Db } from "@/db/client";
import { uniqueName } from "@/lib/unique-name";

const longest = 30;

/** A host label out of a name people gave: `Café Menu!` is `cafe-menu`. */
export function slugOf(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, "-").slice(0, longest);
  return slug.replace(/^-+|-+$/g, "") || "app";
}

/** The slug itself if it is free on this instance, else with the next free number. */
export async function freeSlug(tx: Db, slug: string): Promise<string> {
  // No underscore or percent sign is in a slug, so the prefix is one.
  const stem = slug.slice(0, longest - 8).replace(/-+$/, "");
  const rows = await tx.application.findMany({
    where: { slug: { startsWith: stem } },
    select: { slug: true },
  });
  const taken = new Set(rows.map((row) => row.slug));
  return uniqueName(slug, taken, { separator: "-", maxLength: longest });
}
