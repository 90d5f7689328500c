/** Where a deployment can stand. Apart from the contract, so that a page can have them without its checks. */
export const deploymentStatuses = [
  "queued",
  "running",
  "succeeded",
  "failed",
  "cancelled",
  "skipped",
] as const;
