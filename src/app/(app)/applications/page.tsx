import { ApplicationList } from "@/app/(app)/applications/application-list";
import { firstApplications, nextPage, recentDeployments } from "@/app/(app)/applications/lists";
import { Hydrate, prefetch, prefetchPages, trpc } from "@/client/server";

export const metadata = { title: "Applications" };

export default async function ApplicationsPage() {
  const path = "/applications";
  await Promise.all([
    prefetchPages(path, trpc.application.all.infiniteQueryOptions(firstApplications(""), nextPage)),
    prefetch(
      path,
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
