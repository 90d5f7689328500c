import { ConnectPage } from "@/app/o/[slug]/providers/new/connect-page";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Connect a provider" };

export default async function NewProviderPage() {
  await prefetch(trpc.gitProvider.types.queryOptions(), trpc.gitProvider.getAll.queryOptions());
  return (
    <Hydrate>
      <ConnectPage />
    </Hydrate>
  );
}
