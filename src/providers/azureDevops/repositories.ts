import { z } from "zod";
import type { Page, Repository } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { AzureApi, Session } from "@/providers/azureDevops/api";
import { toRepository } from "@/providers/azureDevops/convert";
import { HOST } from "@/providers/azureDevops/error-mapping";
import { decodeCursor, encodeCursor } from "@/providers/kit/cursor";
import { ownerWithin } from "@/providers/kit/owner";
import { incompleteBy, skippedReason } from "@/providers/kit/pages";
import type { RepositoryQuery } from "@/providers/provider";

/** The last name of the previous page, so that repositories that come and go between two pages do no harm. */
const Position = z.strictObject({ after: z.string().max(600) });

/** One page of the repositories that the token reads: the whole list is asked for and cut here. */
export async function listRepositories(
  api: AzureApi,
  { settings }: Session,
  root: string,
  query: RepositoryQuery,
): Promise<Page<Repository>> {
  const owner = ownerWithin(settings.projectName, query.owner);
  if (owner === null) return { items: [], nextCursor: null };
  const bound = { repositories: [owner, query.search?.trim() ?? ""] };
  const after = query.cursor ? decodeCursor(bound, Position, query.cursor).after : null;
  const { items: found, skipped } = await ofProject(api, owner);
  const all = found
    .map((one) => toRepository(one, root))
    .filter((one) => fits(one, query.search?.trim().toLowerCase() ?? ""));
  const rows = all
    .map((one) => ({ one, position: positionOf(one) }))
    .toSorted((a, b) => (a.position < b.position ? -1 : 1));
  const left = after === null ? rows : rows.filter(({ position }) => position > after);
  const page = left.slice(0, query.limit);
  const last = page.at(-1);
  const nextCursor = last && left.length > page.length ? encodeCursor(bound, { after: last.position }) : null;
  return {
    items: page.map(({ one }) => one),
    nextCursor,
    total: all.length,
    ...incompleteBy(skippedReason(HOST, skipped)),
  };
}

/** Names are unique regardless of case; the id makes the order certain. */
function positionOf({ fullName, id }: Repository): string {
  return `${fullName.toLowerCase()}/${id}`;
}

/** A search with a slash looks at project and name. */
function fits({ fullName, name }: Repository, search: string): boolean {
  return (search.includes("/") ? fullName : name).toLowerCase().includes(search);
}

async function ofProject(api: AzureApi, owner: string) {
  try {
    return await api.repositories(owner || undefined);
  } catch (error) {
    if (owner === "" || !(error instanceof Fault) || error.code !== "not_found") throw error;
    throw new Fault(
      "not_found",
      { code: "owner_not_found", params: { host: HOST, owner } },
      { cause: error },
    );
  }
}
