import { Overview } from "@/app/o/[slug]/overview/overview";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Overview" };

export default async function OverviewPage() {
  await prefetch(
    trpc.gitProvider.getAll.queryOptions(),
    trpc.application.all.queryOptions({ limit: 100 }),
    trpc.deployment.all.queryOptions({ limit: 30 }),
  );
  return (
    <Hydrate>
      <Overview />
    </Hydrate>
  );
}
