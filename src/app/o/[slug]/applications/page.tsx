import { ApplicationList } from "@/app/o/[slug]/applications/application-list";
import { firstApplications, nextPage, recentDeployments } from "@/app/o/[slug]/applications/list-queries";
import { Hydrate, prefetch, prefetchPages, trpc } from "@/client/server";

export const metadata = { title: "Applications" };

export default async function ApplicationsPage() {
  await Promise.all([
    prefetchPages(trpc.application.all.infiniteQueryOptions(firstApplications(""), nextPage)),
    prefetch(
      trpc.gitProvider.getAll.queryOptions(),
      trpc.gitProvider.types.queryOptions(),
      trpc.deployment.all.queryOptions(recentDeployments),
    ),
  ]);
  return (
    <Hydrate>
      <ApplicationList />
    </Hydrate>
  );
}
