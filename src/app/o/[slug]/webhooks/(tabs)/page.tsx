import { deliveriesOf, filterIn, nextPage } from "@/app/o/[slug]/_delivery/delivery-queries";
import { DeliveryInbox } from "@/app/o/[slug]/webhooks/(tabs)/delivery-inbox";
import { Hydrate, prefetchPages, trpc } from "@/client/server";

export const metadata = { title: "Webhooks" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function Page({ searchParams }: Props) {
  const asked = await searchParams;
  const filter = filterIn({ get: (name) => [asked[name]].flat()[0] ?? null });
  await prefetchPages(trpc.webhook.deliveries.infiniteQueryOptions(deliveriesOf(filter), nextPage));
  return (
    <Hydrate>
      <DeliveryInbox />
    </Hydrate>
  );
}
