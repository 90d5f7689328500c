import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { type AzureApi, below, lazyApi, type Session, versionOf } from "@/providers/azureDevops/api";
import { rowsOf } from "@/providers/kit/pages";
import type { ChangedPaths } from "@/providers/reporting";

const PAGE_SIZE = 1000;
const MAX_PAGES = 5;

const Change = z.object({
  item: z.object({
    path: z.string(),
    isFolder: z.boolean().nullish(),
    gitObjectType: z.string().nullish(),
  }),
  /** Where a renamed file was before. */
  sourceServerItem: z.string().nullish(),
});

const Diff = z.object({ allChangesIncluded: z.boolean().nullish(), changes: rowsOf(Change) });

/** The two commits as they are, not from where they parted. */
export async function changedPaths(
  session: Session,
  api: AzureApi,
  key: RepositoryKey,
  { before, after }: { before: string; after: string },
): Promise<ChangedPaths> {
  const json = lazyApi(session);
  const path = `${below(await api.repository(key))}/diffs/commits`;
  const paths = new Set<string>();
  let read = 0;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = {
      baseVersion: before,
      baseVersionType: "commit",
      targetVersion: after,
      targetVersionType: "commit",
      diffCommonCommit: false,
      $top: PAGE_SIZE,
      $skip: read,
      "api-version": versionOf(session.settings),
    };
    const { allChangesIncluded, changes } = (await json().get(path, Diff, { query })).body;
    for (const change of changes.items) for (const each of filesOf(change)) paths.add(each);
    if (changes.skipped > 0) break;
    if (allChangesIncluded || changes.items.length === 0) return { paths: [...paths], isWhole: true };
    read += changes.items.length;
  }
  return { paths: [...paths], isWhole: false };
}

/** Folders stand in the same list. */
function filesOf({ item, sourceServerItem }: z.infer<typeof Change>): string[] {
  if (item.isFolder || item.gitObjectType === "tree") return [];
  return [item.path, ...(sourceServerItem ? [sourceServerItem] : [])].map((path) => path.replace(/^\//, ""));
}
