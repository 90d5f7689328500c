import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { pathTo, type RepositoryCall } from "@/providers/github/api";
import { joined, unlessTooLarge } from "@/providers/kit/changed-paths";
import type { JsonApi } from "@/providers/kit/json-api";
import { rowsOf } from "@/providers/kit/pages";
import type { ChangedPaths } from "@/providers/reporting";

/** A comparison lists this many files at most, on its first page only, and does not say that it left some out. */
const MAX_FILES = 300;

const Comparison = z.object({
  status: z.enum(["diverged", "ahead", "behind", "identical"]),
  files: rowsOf(
    z.object({ filename: z.string().min(1), previous_filename: z.string().nullish() }),
  ).optional(),
});

/**
 * GitHub compares with the last common commit. When history was rewritten the other side has files of its own, so both
 * directions are asked for.
 */
export async function changedPaths(
  at: RepositoryCall,
  key: RepositoryKey,
  { before, after }: { before: string; after: string },
): Promise<ChangedPaths> {
  return unlessTooLarge(
    at(key, async (api) => {
      const brought = await compared(api, key, before, after);
      const isRewritten = brought.status === "diverged" || brought.status === "behind";
      return joined(brought, ...(isRewritten ? [await compared(api, key, after, before)] : []));
    }),
  );
}

async function compared(api: JsonApi, key: RepositoryKey, base: string, head: string) {
  // The pages are those of the commits, which nobody asks for.
  const query = { per_page: 1, page: 1 };
  const { body } = await api.get(pathTo(key, "compare", `${base}...${head}`), Comparison, { query });
  const { items = [], skipped = 0 } = body.files ?? {};
  const paths = items.flatMap(({ filename, previous_filename: former }) => [
    filename,
    ...(former ? [former] : []),
  ]);
  const isWhole = body.files !== undefined && skipped === 0 && items.length < MAX_FILES;
  return { status: body.status, paths, isWhole };
}
