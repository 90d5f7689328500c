import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { type GiteaApi, giteaJson, type Session, within } from "@/providers/gitea/api";
import { nameForGit } from "@/providers/gitea/refs";
import { type CheckResult, checksState } from "@/providers/kit/checks";
import { countOf, rowsOf } from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import type { ChecksState } from "@/providers/reporting";

const PAGE_SIZE = 50;

/** No commit has more statuses than these pages hold. */
const MAX_PAGES = 4;

const Combined = z.object({
  statuses: rowsOf(z.object({ context: z.string(), status: z.string() }), { nullIsEmpty: true }),
});

/** `warning` and `skipped` hold nothing up. */
const results: Record<string, CheckResult> = { pending: "pending", failure: "failure", error: "failure" };

/** The newest status of each context. The server's own sum would count Slipway's statuses as well. */
export async function checks(
  session: Session,
  api: GiteaApi,
  key: RepositoryKey,
  { sha, own }: { sha: string; own: string },
): Promise<ChecksState> {
  const json = giteaJson(session);
  const path = pathOf(...within(await nameForGit(api, key), "commits", sha, "status"));
  const found: CheckResult[] = [];
  let read = 0;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { body, headers } = await json.get(path, Combined, { query: { page, limit: PAGE_SIZE } });
    const { statuses } = body;
    const others = statuses.items.filter(({ context }) => !context.startsWith(own));
    found.push(...others.map(({ status }) => results[status] ?? "success"));
    const rows = statuses.items.length + statuses.skipped;
    read += rows;
    if (rows === 0 || read === countOf(headers.get("x-total-count"))) break;
  }
  return checksState(found);
}
