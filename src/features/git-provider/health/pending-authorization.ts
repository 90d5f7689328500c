import type { Reason } from "@/lib/reason";

/**
 * Reasons of a connection that never worked because somebody has yet to finish the authorization on the host: it is
 * pending, not broken. A file of its own, since importing `health.ts` would add 30 kB of schemas to every page.
 */
const authorizationPendingReasons = ["authorize_pending", "approval_pending", "app_not_installed"];

export function isAuthorizationPending(reason: Pick<Reason, "code"> | undefined): boolean {
  return reason !== undefined && authorizationPendingReasons.includes(reason.code);
}
