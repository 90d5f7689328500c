import type { DeploymentStatus } from "@/features/deployment/contract";

/** Inputs of lists that the server reads for the first paint and the browser reads again: they must be the same. */

export function firstApplications(search: string) {
  return { limit: 30, search: search || undefined };
}

/** The deployments from which the list takes the state of each environment. */
export const recentDeployments = { limit: 100 };

export function deploymentsOf(
  applicationId: string,
  filter: { environmentId?: string; status?: DeploymentStatus } = {},
) {
  return { applicationId, limit: 30, ...filter };
}

/** The cursor option of infinite queries. */
export const nextPage = {
  getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor,
};

export function lastThree(environmentId: string) {
  return { environmentId, limit: 3 };
}
