import { DeploymentsTab } from "@/app/o/[slug]/applications/[id]/(tabs)/deployments/deployments-tab";
import { deploymentsOf, nextPage } from "@/app/o/[slug]/applications/list-queries";
import { Hydrate, prefetchPages, trpc } from "@/client/server";

type Props = { params: Promise<{ id: string }> };

export const metadata = { title: "Deployments" };

export default async function Page({ params }: Props) {
  const { id: applicationId } = await params;
  await prefetchPages(trpc.deployment.all.infiniteQueryOptions(deploymentsOf(applicationId), nextPage));
  return (
    <Hydrate>
      <DeploymentsTab applicationId={applicationId} />
    </Hydrate>
  );
}
