import { z } from "zod";
import type { Page, Repository } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Access } from "@/providers/github/app/access";
import { appFault } from "@/providers/github/app/fault";
import { loginOf } from "@/providers/github/app/installations";
import { toRepository } from "@/providers/github/convert";
import { ownerFor, plainPage } from "@/providers/github/repositories";
import type * as github from "@/providers/github/schema";
import { searchPage } from "@/providers/github/search";
import type { Settings } from "@/providers/github/settings";
import { decodeCursor, encodeCursor } from "@/providers/kit/cursor";
import { incompleteBy } from "@/providers/kit/pages";
import type { RepositoryQuery } from "@/providers/provider";

/** So many installations fill one page at most. */
const MAX_PER_PAGE = 10;

/** Which installation the list has come to, and where it stands there. */
const Position = z.strictObject({
  installation: z.string().regex(/^\d{1,18}$/),
  at: z.string().max(1200).nullable(),
});
type Position = z.infer<typeof Position>;

interface Listing {
  access: Access;
  /** Lower case; empty for all. */
  owner: string;
  query: RepositoryQuery;
}

/** One page of the repositories of every installation, one installation after the other. */
export async function listInstalled(
  access: Access,
  settings: Settings,
  query: RepositoryQuery,
): Promise<Page<Repository>> {
  const owner = ownerFor(settings.organization, query.owner);
  if (owner === null) return { items: [], nextCursor: null };
  const listing = { access, owner, query };
  const bound = { installed: { owner, search: query.search?.trim() ?? "" } };
  const start = query.cursor ? decodeCursor(bound, Position, query.cursor) : await startOf(listing);
  const { items, next, incomplete } = await filled(listing, start);
  // At the end of the list it is told what the list does not hold.
  const missing = next === null && owner === "" ? await access.missing() : undefined;
  return {
    items: items.map((one) => toRepository(one, settings.githubUrl)),
    nextCursor: next && encodeCursor(bound, next),
    ...incompleteBy(incomplete?.reason ?? missing),
  };
}

/** Small installations share a page; what does not fit as a whole begins the next one. */
async function filled(listing: Listing, start: Position) {
  const items: github.Repository[] = [];
  let incomplete: Page<unknown>["incomplete"];
  let next: Position | null = start;
  for (let count = 0; next && count < MAX_PER_PAGE && items.length < listing.query.limit; count++) {
    const at: Position = next;
    const page = await pageOf(listing, at);
    if (items.length > 0 && items.length + page.items.length > listing.query.limit) break;
    items.push(...page.items);
    incomplete ??= page.incomplete;
    if (page.nextCursor !== null) return { items, incomplete, next: { ...at, at: page.nextCursor } };
    next = await following(listing, at.installation);
  }
  return { items, incomplete, next };
}

/** @throws Fault `not_found` reason `owner_not_found` for an account without an installation */
async function startOf({ access, owner }: Listing): Promise<Position> {
  if (owner === "") return { installation: await access.primary(), at: null };
  const found = (await access.installations()).find((one) => loginOf(one) === owner);
  if (!found) throw appFault("not_found", "owner_not_found", { owner });
  return { installation: String(found.id), at: null };
}

/** The primary one comes first, then the others as they were installed. */
async function following({ access, owner }: Listing, current: string): Promise<Position | null> {
  if (owner !== "") return null;
  const primary = await access.primary();
  const others = (await access.installations()).map((one) => one.id).filter((id) => String(id) !== primary);
  const next = others.find((id) => current === primary || id > Number(current));
  return next === undefined ? null : { installation: String(next), at: null };
}

async function pageOf(listing: Listing, at: Position): Promise<Page<github.Repository>> {
  const { access, query } = listing;
  try {
    const api = await access.api(at.installation);
    const search = query.search?.trim();
    const asked = { limit: query.limit, ...(at.at ? { cursor: at.at } : {}) };
    const read = api.installed;
    // Only GitHub's own search has to know whose installation this is.
    if (!search) return await plainPage({ owner: at.installation, read }, asked);
    const owner = await loginAt(access, at.installation);
    return await searchPage(api, { owner, read }, { ...asked, search });
  } catch (error) {
    if (at.installation === (await access.primary()) || !isLost(error)) throw error;
    return { items: [], nextCursor: null, incomplete: { reason: error.reason } };
  }
}

async function loginAt(access: Access, id: string): Promise<string> {
  const found = (await access.installations()).find((one) => String(one.id) === id);
  if (!found) throw appFault("credential_rejected", "installation_gone");
  return loginOf(found);
}

/** One account that went away meanwhile takes nothing from the others. */
function isLost(error: unknown): error is Fault {
  return (
    error instanceof Fault && ["installation_gone", "installation_suspended"].includes(error.reason.code)
  );
}
