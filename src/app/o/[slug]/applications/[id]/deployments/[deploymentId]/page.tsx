import { DeploymentPage } from "@/app/o/[slug]/applications/[id]/deployments/[deploymentId]/deployment-page";
import { Hydrate, prefetch, trpc } from "@/client/server";

type Props = { params: Promise<{ id: string; deploymentId: string }> };

export const metadata = { title: "Deployment" };

export default async function Page({ params }: Props) {
  const { id: applicationId, deploymentId } = await params;
  await prefetch(
    trpc.deployment.one.queryOptions({ deploymentId }),
    trpc.application.one.queryOptions({ applicationId }),
  );
  return (
    <Hydrate>
      <DeploymentPage key={deploymentId} deploymentId={deploymentId} applicationId={applicationId} />
    </Hydrate>
  );
}
