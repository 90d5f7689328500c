import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { listed, repositoryPath } from "@/providers/bitbucket/api";
import { HOST } from "@/providers/bitbucket/error-mapping";
import { joined, unlessTooLarge } from "@/providers/kit/changed-paths";
import { continuedPage } from "@/providers/kit/continued";
import type { JsonApi } from "@/providers/kit/json-api";
import { collect } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import type { ChangedPaths } from "@/providers/reporting";

/** Bitbucket gives no more rows per page here. */
const PAGE_SIZE = 500;
const MAX_PAGES = 10;

const Side = z.object({ path: z.string().min(1) }).nullish();

/** A file that was added has no old side, one that was removed no new one. */
const Diffstat = z.object({ old: Side, new: Side });

/** Bitbucket names the newer commit first. Two dots compare the two themselves, not their last common commit. */
export async function changedPaths(
  api: () => JsonApi,
  key: RepositoryKey,
  { before, after }: { before: string; after: string },
): Promise<ChangedPaths> {
  const path = `${repositoryPath(key)}/${pathOf("diffstat", `${after}..${before}`)}`;
  const call = { path, item: Diffstat, query: { topic: false } };
  const read = (cursor: string | undefined) =>
    continuedPage({ host: HOST, query: path, cursor }, (continuation) =>
      listed(api(), call, { continuation, size: PAGE_SIZE }),
    );
  return unlessTooLarge(
    collect(read, { maxPages: MAX_PAGES }).then(({ items, nextCursor, incomplete }) => {
      const paths = items.flatMap((one) => [one.old?.path, one.new?.path]).filter((one) => one !== undefined);
      return joined({ paths, isWhole: nextCursor === null && !incomplete });
    }),
  );
}
