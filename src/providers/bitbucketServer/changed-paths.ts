import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import {
  below,
  MAX_PAGE_SIZE,
  type ServerApi,
  type Session,
  serverReads,
} from "@/providers/bitbucketServer/api";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import { currentName } from "@/providers/bitbucketServer/refs";
import { continuedPage } from "@/providers/kit/continued";
import { collect } from "@/providers/kit/pages";
import type { ChangedPaths } from "@/providers/reporting";

const MAX_PAGES = 5;

/**
 * The server ends the list at a limit (`page.max.changes`, 1,000 unless an administrator changed it) without saying so.
 * Limits are round numbers, so a list of such a length counts as cut short.
 */
const ROUND = 100;

const Path = z.object({ components: z.array(z.string().min(1)).min(1) });
const Change = z.object({ path: Path, srcPath: Path.nullish() });

/** The two commits as they are, not from where they parted. A file that was moved counts at both places. */
export async function changedPaths(
  session: Session,
  api: ServerApi,
  key: RepositoryKey,
  { before, after }: { before: string; after: string },
): Promise<ChangedPaths> {
  const { list } = serverReads(session);
  const path = below(await currentName(api, key), "changes");
  const read = (cursor: string | undefined) =>
    continuedPage({ host: HOST, query: "changes", cursor }, (continuation) =>
      list(path, Change, { since: before, until: after }, { continuation, size: MAX_PAGE_SIZE }),
    );
  const { items, nextCursor, incomplete } = await collect(read, { maxPages: MAX_PAGES });
  const places = items.flatMap((change) => [change.path, ...(change.srcPath ? [change.srcPath] : [])]);
  const isCut = items.length > 0 && items.length % ROUND === 0;
  return {
    paths: [...new Set(places.map(({ components }) => components.join("/")))],
    isWhole: nextCursor === null && !incomplete && !isCut,
  };
}
