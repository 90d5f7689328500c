/** The longest slug: with `--` and the name of an environment it still is one host label. */
export const longestSlug = 30;

/** A label for URLs and host names, made from a name that people gave: `Café Menu!` is `cafe-menu`. */
export function slugOf(name: string, otherwise = "app"): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, "-").slice(0, longestSlug);
  return slug.replace(/^-+|-+$/g, "") || otherwise;
}

/** What this slug and every numbered one made from it begin with. */
export function slugStem(slug: string): string {
  return slug.slice(0, longestSlug - 8).replace(/-+$/, "");
}
