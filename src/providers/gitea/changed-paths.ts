import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { type GiteaApi, giteaJson, type Session, within } from "@/providers/gitea/api";
import { nameForGit } from "@/providers/gitea/refs";
import { sha } from "@/providers/gitea/schema";
import { joined } from "@/providers/kit/changed-paths";
import { countOf, rowsOf } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import type { ChangedPaths } from "@/providers/reporting";

const PAGE_SIZE = 50;

/** A push of more commits than these pages hold counts as cut short. */
const MAX_PAGES = 5;

const Commits = rowsOf(
  z.object({ sha, files: z.array(z.object({ filename: z.string().min(1) })).nullish() }),
  { nullIsEmpty: true },
);

/**
 * The files of every commit that only one of the two has. The comparison of the API is newer than 1.21 and costs the
 * server a diff of each commit; the list of commits with their files is older and says the same.
 */
export async function changedPaths(
  session: Session,
  api: GiteaApi,
  key: RepositoryKey,
  { before, after }: { before: string; after: string },
): Promise<ChangedPaths> {
  const fullName = await nameForGit(api, key);
  try {
    const brought = await filesOf(session, fullName, { of: after, without: before });
    if (brought.isAhead) return joined(brought);
    return joined(brought, await filesOf(session, fullName, { of: before, without: after }));
  } catch (error) {
    // A commit that is not there is told as an error of the server by some versions.
    if (error instanceof Fault && error.code === "unavailable")
      for (const id of [before, after]) await api.commit(fullName, id);
    throw error;
  }
}

interface Files extends ChangedPaths {
  /** The other commit is among the ancestors of this one. */
  isAhead: boolean;
}

async function filesOf(
  session: Session,
  fullName: string,
  { of, without }: { of: string; without: string },
): Promise<Files> {
  const json = giteaJson(session);
  const paths: string[] = [];
  let read = 0;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const query = { sha: of, not: without, stat: false, verification: false, files: true, page };
    const options = { query: { ...query, limit: PAGE_SIZE } };
    const { body, headers } = await json.get(pathOf(...within(fullName, "commits")), Commits, options);
    // A server that does not know `not` lists the older ones as well.
    const known = body.items.findIndex((one) => one.sha === without);
    const own = known < 0 ? body.items : body.items.slice(0, known);
    paths.push(...own.flatMap(({ files }) => (files ?? []).map(({ filename }) => filename)));
    const rows = body.items.length + body.skipped;
    read += rows;
    if (body.skipped > 0) break;
    const isEnd = rows === 0 || read === countOf(headers.get("x-total-count"));
    if (known >= 0 || isEnd) return { paths, isWhole: true, isAhead: known >= 0 };
  }
  return { paths, isWhole: false, isAhead: false };
}
