import { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { type AzureApi, below, lazyApi, type Session, versionOf } from "@/providers/azureDevops/api";
import { listOf } from "@/providers/azureDevops/schema";
import { type CheckResult, checksState } from "@/providers/kit/checks";
import { pathOf } from "@/providers/kit/path";
import type { ChecksState } from "@/providers/reporting";

/** The service gives no more at once, and no commit has as many. */
const MAX_STATUSES = 1000;

const Status = z.object({
  state: z.string(),
  context: z.object({ name: z.string().nullish(), genre: z.string().nullish() }).nullish(),
});

/** One that is not applicable holds nothing up. */
const results: Record<string, CheckResult> = {
  succeeded: "success",
  notApplicable: "success",
  failed: "failure",
  error: "failure",
};

export async function checks(
  session: Session,
  api: AzureApi,
  key: RepositoryKey,
  { sha, own }: { sha: string; own: string },
): Promise<ChecksState> {
  const repository = await api.repository(key);
  const query = { latestOnly: true, top: MAX_STATUSES, "api-version": versionOf(session.settings) };
  const path = `${below(repository)}/commits/${pathOf(sha)}/statuses`;
  const { items } = (await lazyApi(session)().get(path, listOf(Status), { query })).body.value;
  const nameOf = ({ context }: z.infer<typeof Status>) =>
    [context?.genre, context?.name].filter(Boolean).join("/");
  const others = items.filter((one) => !nameOf(one).startsWith(own));
  return checksState(others.map(({ state }) => results[state] ?? "pending"));
}
