import { ProviderList } from "@/app/o/[slug]/providers/provider-list";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Providers" };

export default async function ProvidersPage() {
  await prefetch(trpc.gitProvider.getAll.queryOptions(), trpc.gitProvider.types.queryOptions());
  return (
    <Hydrate>
      <ProviderList />
    </Hydrate>
  );
}
