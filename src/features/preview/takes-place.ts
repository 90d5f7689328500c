import type { Environment } from "@/db/generated/client";

/**
 * Whether a preview counts towards the limit of its application. One of a fork that nobody approved yet does not: else
 * strangers could keep others from getting a preview.
 */
export function takesPlace(
  environment: Pick<Environment, "isFork" | "approvedShas" | "currentDeploymentId">,
): boolean {
  const { isFork, approvedShas, currentDeploymentId } = environment;
  return !isFork || approvedShas.length > 0 || currentDeploymentId !== null;
}
