import type { Deployment } from "@/features/deployment/contract";

// Paths of pages below the one of the organization, for `Link` and `useGo`.

export function applicationPath(applicationId: string): string {
  return `/applications/${encodeURIComponent(applicationId)}`;
}

export function deploymentPath(deployment: Pick<Deployment, "applicationId" | "deploymentId">): string {
  return `${applicationPath(deployment.applicationId)}/deployments/${encodeURIComponent(deployment.deploymentId)}`;
}

export function deliveryPath(deliveryId: string): string {
  return `/webhooks/${encodeURIComponent(deliveryId)}`;
}

export function rulesPath(applicationId: string, environmentId: string): string {
  return `${applicationPath(applicationId)}/environments/${encodeURIComponent(environmentId)}`;
}

export function previewsPath(applicationId: string): string {
  return `${applicationPath(applicationId)}/previews`;
}
