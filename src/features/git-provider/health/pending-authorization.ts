import type { Reason } from "@/lib/reason";

/**
 * Reasons of a connection that has never worked, since somebody has yet to finish on the host's pages what was begun
 * here: that is not one that broke. Apart from `health.ts`, which brings the checks of the contract, 30 kB of script,
 * along to every page.
 */
const authorizationPendingReasons = ["authorize_pending", "approval_pending", "app_not_installed"];

export function isAuthorizationPending(reason: Pick<Reason, "code"> | undefined): boolean {
  return reason !== undefined && authorizationPendingReasons.includes(reason.code);
}
