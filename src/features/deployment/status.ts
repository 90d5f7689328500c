/** Where a deployment can stand. Apart from the contract, so that a page can have them without its checks. */
export const deploymentStatuses = [
  "queued",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "skipped",
] as const;

/** Whether a deployment has come to its end, whatever it was. */
export function hasEnded({ status }: { status: string }): boolean {
  return status !== "queued" && status !== "running";
}
