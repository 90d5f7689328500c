import type { Metadata } from "next";
import { ProviderPage } from "@/app/(app)/providers/[id]/provider-page";
import { Hydrate, peek, prefetch, trpc } from "@/client/server";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id: gitProviderId } = await params;
  const provider = await peek(trpc.gitProvider.one.queryOptions({ gitProviderId }));
  return { title: provider?.name ?? "Provider" };
}

export default async function Page({ params }: Props) {
  const { id: gitProviderId } = await params;
  await prefetch(
    `/providers/${encodeURIComponent(gitProviderId)}`,
    trpc.gitProvider.one.queryOptions({ gitProviderId }),
    trpc.gitProvider.types.queryOptions(),
    trpc.gitProvider.usage.queryOptions({ gitProviderId }),
  );
  return (
    <Hydrate>
      <ProviderPage gitProviderId={gitProviderId} />
    </Hydrate>
  );
}
