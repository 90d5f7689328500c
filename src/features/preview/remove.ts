import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { deleteEnvironment } from "@/features/environment/remove";
import { changeComment } from "@/features/preview/comment-row";
import type { OnePreview } from "@/features/preview/contract";
import { findPreview } from "@/features/preview/find";
import { log } from "@/lib/log";
import type { Reason } from "@/lib/reason";

/**
 * Remove a preview and its site, and have its comment say why. One that is gone already counts as removed.
 * @param isReclaimed the host had not told that its request is over
 */
export async function removePreview(
  environmentId: string,
  reason: Reason,
  { isReclaimed = false } = {},
): Promise<void> {
  const row = await db().environment.findFirst({ where: { environmentId, kind: "preview" } });
  if (!row) return;
  await deleteEnvironment(row, (tx) => changeComment(tx, row, { reason, isReclaimed }));
  log.info({ environmentId, reason: reason.code }, "a preview was removed");
}

/** Remove a preview by hand. The next push to its request makes it anew. @throws Fault `not_found` */
export async function remove(caller: Caller, { environmentId }: OnePreview): Promise<Record<string, never>> {
  const row = await findPreview(caller, environmentId);
  await removePreview(row.environmentId, { code: "preview_removed_by", params: { by: caller.name } });
  return {};
}
