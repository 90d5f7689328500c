/** The reason of a webhook that a backup brought: another instance may be using it, so it rests until a person asks. */
export const restoredCode = "webhook_restored";

/** Put what a backup brought to rest: hooks, questions to hosts, comments of previews and schedules. */
export const restRestored = [
  `UPDATE "webhook" SET "state" = 'broken', "reasonCode" = '${restoredCode}',
    "reasonParams" = jsonb_build_object('since', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
    "checkDueAt" = NULL, "pollDueAt" = NULL, "heldUntil" = NULL`,
  `UPDATE "preview_comment" SET "dueAt" = NULL, "heldUntil" = NULL`,
  `UPDATE "environment" SET "scheduleDueAt" = NULL`,
];

/** Whether a hook does not rest, for the statements by which processes take rows. */
export function isAwakeSql(webhook: string): string {
  return `${webhook}."reasonCode" IS DISTINCT FROM '${restoredCode}'`;
}
