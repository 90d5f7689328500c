import type { Webhook } from "@/db/generated/client";
import type { RepositoryKey } from "@/git/nouns";
import type { Reason } from "@/lib/reason";
import type { ReasonParams } from "@/lib/reason/table";
import type { HookNeed } from "@/providers/webhook";

export type WebhookRow = Webhook;

/** Why a hook that nothing needs is still to be seen: it could not be removed at its host. */
export const hookLeft = "webhook_left";

const needs: readonly HookNeed[] = ["push", "pullRequest", "repository"];

export function needsOf(row: Pick<WebhookRow, "needs">): HookNeed[] {
  return needs.filter((need) => row.needs.includes(need));
}

export function reasonOf(row: Pick<WebhookRow, "reasonCode" | "reasonParams">): Reason | null {
  if (row.reasonCode === null) return null;
  const { reasonParams } = row;
  const isParams = typeof reasonParams === "object" && reasonParams !== null && !Array.isArray(reasonParams);
  return { code: row.reasonCode, ...(isParams && { params: reasonParams as ReasonParams }) };
}

/** The repository of a row. One of a plain Git server has no id: the row names it by its address. */
export function repositoryKeyOf(row: Pick<WebhookRow, "repositoryId" | "repositoryFullName">): RepositoryKey {
  const { repositoryId, repositoryFullName } = row;
  return /^[a-z+]+:\/\//.test(repositoryId)
    ? { fullName: repositoryFullName }
    : { id: repositoryId, fullName: repositoryFullName };
}
