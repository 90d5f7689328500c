import type { PageRequest, Upstream } from "@/providers/kit/pages";

/**
 * A page of branches or tags as it should be. GitLab makes their first page in another way than the later ones: it
 * always names a second one and counts all refs, and what was searched for comes whole, however much it is.
 */
export function refPage<Item>(found: Upstream<Item>, searched: boolean, at: PageRequest): Upstream<Item> {
  if (at.page > 1) return found;
  const { items, total, next } = found;
  if (!searched) return total === undefined ? found : { items, total, next: at.size < total ? 2 : null };
  // As many as were asked for: either all there are, or one page of an older server.
  if (items.length === at.size) return { items, next };
  return { items: items.slice(0, at.size), total: items.length, next: items.length > at.size ? 2 : null };
}
