import { z } from "zod";
import type { WebhookRow } from "@/features/webhook/row";
import type { PullRequest } from "@/providers/reporting";

/** What a repository had when its host was last asked. */
const PollState = z.object({
  /** Commits of the branches and tags that environments follow. */
  branches: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  /** Open requests by number: what of them matters. Null while there are no previews. */
  requests: z.record(z.string(), z.string()).nullable(),
  /** ISO instant. */
  lookedAt: z.string(),
  /** Looks in a row that found nothing new. */
  unchanged: z.number().int().nonnegative(),
});
export type PollState = z.infer<typeof PollState>;

/** Null before the first look, and for a state that another version wrote. */
export function pollStateOf({ pollState }: Pick<WebhookRow, "pollState">): PollState | null {
  return PollState.safeParse(pollState).data ?? null;
}

/** Two requests with the same fingerprint lead to the same decision. */
export function fingerprintOf({ head, base, labels, draft }: PullRequest): string {
  return JSON.stringify([head.sha, base.ref, labels?.toSorted() ?? null, draft]);
}
