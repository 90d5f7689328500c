import { z } from "zod";
import type { Page } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { type BitbucketApi, MAX_PAGE_SIZE } from "@/providers/bitbucket/api";
import { HOST } from "@/providers/bitbucket/error-mapping";
import type * as bitbucket from "@/providers/bitbucket/schema";
import { type Chunk, Continuation, continuedPage, cutReason } from "@/providers/kit/continued";
import { decodeCursor, encodeCursor, fingerprint } from "@/providers/kit/cursor";
import { isNotFound } from "@/providers/kit/not-found";
import { collect, incompleteBy, listTooLong, skippedReason } from "@/providers/kit/pages";
import type { RepositoryQuery } from "@/providers/provider";

/** Limit of pages of workspaces; further workspaces are left out. */
const MAX_WORKSPACE_PAGES = 4;

/** Workspaces that one call reads at most before it answers. */
const MAX_READS = 10;

/** The workspace that a list has reached, and its position there; null at the beginning. */
const Position = z.strictObject({
  workspace: z.string().max(255),
  at: Continuation.nullable(),
  /** Rows of this workspace that were read up to here. */
  read: z.number().int().min(0),
  seen: z.string().max(32),
});
type Position = z.infer<typeof Position>;

type Query = RepositoryQuery & { search: string };

/** Slugs of the workspaces that the account belongs to, in order, and whether some are left out. */
export async function listWorkspaces(api: BitbucketApi): Promise<Page<string>> {
  const read = (cursor: string | undefined) =>
    continuedPage({ host: HOST, query: "workspaces", cursor }, (continuation) =>
      api.workspaces({ continuation, size: MAX_PAGE_SIZE }),
    );
  const page = await collect(read, { maxPages: MAX_WORKSPACE_PAGES });
  const slugs = page.items.map((item) => item.workspace.slug);
  const isCut = page.nextCursor !== null;
  return {
    ...page,
    items: [...new Set(slugs)].toSorted(),
    ...(isCut && incompleteBy(listTooLong(HOST, MAX_WORKSPACE_PAGES * MAX_PAGE_SIZE))),
  };
}

/** Bitbucket lists per workspace only, so one follows the other. `owner` is a workspace, or empty for all. */
export async function acrossWorkspaces(
  api: BitbucketApi,
  owner: string,
  query: Query,
): Promise<Page<bitbucket.Repository>> {
  const bound = { repositories: { owner, search: query.search } };
  const start = query.cursor ? decodeCursor(bound, Position, query.cursor) : null;
  const all = owner === "" ? await listWorkspaces(api) : { items: [owner], nextCursor: null };
  const left = all.items.filter((slug) => start === null || slug >= start.workspace);
  const begin = start && left[0] === start.workspace ? start : null;
  const listing: Listing = {
    query,
    mine: owner === "",
    items: [],
    isRead: false,
    missing: all.incomplete?.reason,
  };
  const end = await through(api, listing, left, begin);
  return {
    items: listing.items,
    nextCursor: end && encodeCursor(bound, end),
    ...(owner !== "" && listing.total !== undefined ? { total: listing.total } : {}),
    ...incompleteBy(listing.missing),
  };
}

/** The state of one call that goes through the workspaces until the page is full. */
interface Listing {
  query: Query;
  /** Through all workspaces of the account, and only what it was given access to. */
  mine: boolean;
  items: bitbucket.Repository[];
  isRead: boolean;
  total?: number;
  /** Of the first workspace that was closed. */
  refusal?: Fault;
  /** Why something is missing in this page. */
  missing?: Reason;
}

/** @returns where to go on, null at the end */
async function through(
  api: BitbucketApi,
  listing: Listing,
  workspaces: string[],
  begin: Position | null,
): Promise<Position | null> {
  for (const [index, workspace] of workspaces.entries()) {
    const isEnough = listing.items.length >= listing.query.limit || index >= MAX_READS;
    if (isEnough) return { workspace, at: null, read: 0, seen: "" };
    const next = await read(api, listing, workspace, index === 0 ? begin : null);
    if (next) return next;
  }
  if (!listing.isRead && listing.refusal) throw listing.refusal;
  return null;
}

/** @returns where this workspace goes on, null when it has no more */
async function read(
  api: BitbucketApi,
  listing: Listing,
  workspace: string,
  from: Position | null,
): Promise<Position | null> {
  const name = nameWithin(workspace, listing.query.search);
  if (name === null) return null;
  const size = Math.max(1, Math.min(listing.query.limit, MAX_PAGE_SIZE) - listing.items.length);
  const at = { continuation: from?.at ?? null, size };
  try {
    const chunk = await api.repositories(workspace, { name, mine: listing.mine }, at);
    listing.isRead = true;
    listing.total = chunk.total;
    return following(listing, workspace, from, chunk);
  } catch (error) {
    skip(listing, workspace, error);
    return null;
  }
}

/** Take over what a chunk holds. @returns where this workspace goes on, null when it has no more */
function following(
  listing: Listing,
  workspace: string,
  from: Position | null,
  chunk: Chunk<bitbucket.Repository>,
): Position | null {
  const seen = fingerprint(chunk.items);
  const rows = chunk.items.length + (chunk.skipped ?? 0);
  const isRepeated = rows > 0 && seen === from?.seen;
  if (!isRepeated) listing.items.push(...chunk.items.filter((one) => isOf(one, workspace)));
  const soFar = (from?.read ?? 0) + (isRepeated ? 0 : rows);
  const isOver = chunk.next === null || isRepeated || rows === 0;
  listing.missing ??=
    (isOver ? cutReason(HOST, chunk, soFar) : undefined) ?? skippedReason(HOST, chunk.skipped);
  return isOver ? null : { workspace, at: chunk.next, read: soFar, seen };
}

/** A workspace of several may be closed to this credential; one that was named must be readable. */
function skip(listing: Listing, workspace: string, error: unknown): void {
  if (!listing.mine && isNotFound(error)) throw unknownWorkspace(workspace, error);
  const isClosed = error instanceof Fault && ["permission_missing", "not_found"].includes(error.code);
  if (!listing.mine || !isClosed) throw error;
  listing.refusal ??= error;
  listing.missing ??= { code: "list_without_owner", params: { host: HOST, owner: workspace } };
}

function unknownWorkspace(owner: string, cause: unknown): Fault {
  return new Fault("not_found", { code: "owner_not_found", params: { host: HOST, owner } }, { cause });
}

function isOf(repository: bitbucket.Repository, workspace: string): boolean {
  return repository.full_name.toLowerCase().startsWith(`${workspace.toLowerCase()}/`);
}

/** `acme/si` within `acme` looks for `si`; within another workspace it can find nothing. */
function nameWithin(workspace: string, search: string): string | null {
  const slash = search.indexOf("/");
  if (slash < 0) return search;
  const isHere = workspace.toLowerCase().endsWith(search.slice(0, slash).toLowerCase());
  return isHere ? search.slice(slash + 1) : null;
}
