import type { Db } from "@/db/client";

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
  return firstFree(slug, taken);
}

/** The slug, else the first of `slug-2`, `slug-3`, … that is not taken; cut so that it stays a label. */
export function firstFree(slug: string, taken: ReadonlySet<string>): string {
  if (!taken.has(slug)) return slug;
  for (let number = 2; ; number++) {
    const ending = `-${number}`;
    const candidate = slug.slice(0, longest - ending.length).replace(/-+$/, "") + ending;
    if (!taken.has(candidate)) return candidate;
  }
}
