import type { Metadata } from "next";
import { eventTitle } from "@/app/o/[slug]/_delivery/delivery-text";
import { DeliveryPage } from "@/app/o/[slug]/webhooks/[deliveryId]/delivery-page";
import { Hydrate, peek, prefetch, trpc } from "@/client/server";

type Props = { params: Promise<{ deliveryId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { deliveryId } = await params;
  const delivery = await peek(trpc.webhook.delivery.queryOptions({ deliveryId }));
  return { title: delivery ? eventTitle(delivery) : "Delivery" };
}

export default async function Page({ params }: Props) {
  const { deliveryId } = await params;
  await prefetch(trpc.webhook.delivery.queryOptions({ deliveryId }));
  return (
    <Hydrate>
      <DeliveryPage key={deliveryId} deliveryId={deliveryId} />
    </Hydrate>
  );
}
