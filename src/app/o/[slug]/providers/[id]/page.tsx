import type { Metadata } from "next";
import { lastDeliveryOf } from "@/app/o/[slug]/_delivery/delivery-queries";
import { ProviderPage } from "@/app/o/[slug]/providers/[id]/provider-page";
import { Hydrate, may, peek, prefetch, trpc } from "@/client/server";
import { openSealedError } from "@/features/git-provider/oauth/sealed-error";
import { messageOf } from "@/lib/reason";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[]>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id: gitProviderId } = await params;
  const provider = await peek(trpc.gitProvider.one.queryOptions({ gitProviderId }));
  return { title: provider?.name ?? "Provider" };
}

export default async function Page({ params, searchParams }: Props) {
  const { id: gitProviderId } = await params;
  const problem = openSealedError((await searchParams).problem);
  await prefetch(
    trpc.gitProvider.one.queryOptions({ gitProviderId }),
    trpc.gitProvider.types.queryOptions(),
    trpc.gitProvider.usage.queryOptions({ gitProviderId }),
    ...((await may("webhook:read"))
      ? [trpc.webhook.deliveries.queryOptions(lastDeliveryOf({ gitProviderId }))]
      : []),
  );
  return (
    <Hydrate>
      <ProviderPage gitProviderId={gitProviderId} problem={problem && messageOf(problem)} />
    </Hydrate>
  );
}
