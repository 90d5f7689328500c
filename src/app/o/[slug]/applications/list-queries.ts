import type { DeploymentStatus } from "@/features/deployment/contract";

/** Inputs of lists that the server reads for the first paint and the browser reads again: they must be the same. */

export function firstApplications(search: string) {
  return { limit: 30, search: search || undefined };
}

/** Of these the state of each environment is told. */
export const recentDeployments = { limit: 100 };

export function deploymentsOf(
  applicationId: string,
  filter: { environmentId?: string; status?: DeploymentStatus } = {},
) {
  return { applicationId, limit: 30, ...filter };
}

/** How a list goes on after a page. */
export const nextPage = {
  getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor,
};

export function lastThree(environmentId: string) {
  return { environmentId, limit: 3 };
}
