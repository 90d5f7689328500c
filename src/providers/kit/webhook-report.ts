import { z } from "zod";
import { isCommitId } from "@/git/ref-name";
import { jsonOrFormOf } from "@/providers/kit/webhook-body";
import { Text } from "@/providers/kit/webhook-schema";
import type { VerifiedDelivery } from "@/providers/webhook";

/** Statuses and checks that Slipway sets are named like this, and its comments hold the marker. */
const ownName = /^slipway(\/|$)/;
const ownComment = /<!--\s*slipway|\[slipway-/i;

const App = z.object({ id: z.number() }).nullish().catch(null);
const Run = z.object({ head_sha: Text, name: Text, app: App }).nullish().catch(null);
const Comment = z
  .object({ body: Text, text: Text, note: Text, content: z.object({ raw: Text }).nullish().catch(null) })
  .nullish()
  .catch(null);

/** Fields in which hosts tell of a status, a check or a comment; each host has some of them. */
const Body = z.object({
  sha: Text,
  context: Text,
  check_run: Run,
  check_suite: Run,
  commit_status: z
    .object({ key: Text, commit: z.object({ hash: Text }).nullish().catch(null) })
    .nullish()
    .catch(null),
  object_attributes: z.object({ sha: Text, note: Text }).nullish().catch(null),
  comment: Comment,
});

/** What somebody reported on a commit or a request. */
export interface Report {
  /** The commit whose checks may have another result now. */
  sha: string | null;
  /** Slipway itself reported it. */
  isOwn: boolean;
}

/** What an event that means nothing by itself tells of reports; null when it tells of none. */
export function reportIn(delivery: VerifiedDelivery): Report | null {
  const { data: body } = Body.safeParse(jsonOrFormOf(delivery));
  if (!body) return null;
  const run = body.check_run ?? body.check_suite;
  const status = body.commit_status;
  const sha = [body.sha, run?.head_sha, status?.commit?.hash, body.object_attributes?.sha].find(
    (one) => one && isCommitId(one),
  );
  const { comment } = body;
  const comments = [comment?.body, comment?.text, comment?.content?.raw, body.object_attributes?.note];
  const isOwn =
    [body.context, status?.key, run?.name].some((name) => name && ownName.test(name)) ||
    comments.some((text) => text && ownComment.test(text)) ||
    isOwnApp(delivery, run?.app?.id);
  return sha || isOwn ? { sha: sha ?? null, isOwn } : null;
}

/** The App that the delivery is for made the check itself. */
function isOwnApp({ headers }: VerifiedDelivery, appId: number | undefined): boolean {
  const isApp = headers.get("x-github-hook-installation-target-type") === "integration";
  return isApp && String(appId) === headers.get("x-github-hook-installation-target-id");
}
