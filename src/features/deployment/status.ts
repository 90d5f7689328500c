/** The statuses of a deployment. Separate from the contract, so that pages can import them without zod. */
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
