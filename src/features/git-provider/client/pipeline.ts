import { limitConcurrency, limitedGit } from "@/features/git-provider/client/concurrency";
import { revalidate } from "@/features/git-provider/client/etag-cache";
import { recordBudget } from "@/features/git-provider/health/rate-limit";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { type Http, type HttpHook, withHooks } from "@/lib/http";
import type { GitPort } from "@/providers/git-port";

interface Ways {
  http: Http;
  git: GitPort;
}

/** What every call with a stored credential goes through, the first outermost. A provider adds hooks of its own. */
function storedHooks(row: ProviderRow): HttpHook[] {
  return [limitConcurrency(row), revalidate, recordBudget(row)];
}

/** The session of a stored connection, its way to the host made once. */
export function connected<Session extends Ways>(session: Session, row: ProviderRow): Session {
  return { ...session, http: withHooks(session.http, storedHooks(row)), git: limitedGit(session.git, row) };
}

/** The session of a credential that is tried for a connection: its answers say nothing of the stored one. */
export function tried<Session extends Ways>(
  session: Session,
  row: Pick<ProviderRow, "organizationId" | "gitProviderId">,
): Session {
  return {
    ...session,
    http: withHooks(session.http, [limitConcurrency(row)]),
    git: limitedGit(session.git, row),
  };
}
