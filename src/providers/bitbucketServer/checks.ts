import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { type ServerApi, type Session, serverReads } from "@/providers/bitbucketServer/api";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import { currentName } from "@/providers/bitbucketServer/refs";
import { type CheckResult, checksState } from "@/providers/kit/checks";
import { continuedPage } from "@/providers/kit/continued";
import { collect } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import type { ChecksState } from "@/providers/reporting";

const MAX_PAGES = 4;

const Build = z.object({ key: z.string(), state: z.string() });

const results: Record<string, CheckResult> = {
  SUCCESSFUL: "success",
  FAILED: "failure",
  CANCELLED: "failure",
};

/**
 * The repository's own resource tells one build only, by its key, so the older one is read: it knows the builds of a
 * commit, of whatever repository it is in.
 */
export async function checks(
  session: Session,
  api: ServerApi,
  key: RepositoryKey,
  { sha, own }: { sha: string; own: string },
): Promise<ChecksState> {
  const { list } = serverReads(session);
  // Whoever may not see the repository learns nothing of its builds.
  await api.commit(await currentName(api, key), sha);
  const path = `../../build-status/latest/${pathOf("commits", sha)}`;
  const read = (cursor: string | undefined) =>
    continuedPage({ host: HOST, query: "builds", cursor }, (continuation) =>
      list(path, Build, { orderBy: "NEWEST" }, { continuation, size: 100 }),
    );
  const { items } = await collect(read, { maxPages: MAX_PAGES });
  const others = items.filter((one) => !one.key.startsWith(own));
  return checksState(others.map(({ state }) => results[state] ?? "pending"));
}
