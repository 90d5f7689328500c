import type { Metadata } from "next";
import { lastDeliveryOf } from "@/app/o/[slug]/_delivery/delivery-queries";
import { Environments } from "@/app/o/[slug]/applications/[id]/_environments/environments";
import { lastThree } from "@/app/o/[slug]/applications/list-queries";
import { Hydrate, may, peek, prefetch, trpc } from "@/client/server";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id: applicationId } = await params;
  const application = await peek(trpc.application.one.queryOptions({ applicationId }));
  return { title: application?.name ?? "Application" };
}

export default async function Page({ params }: Props) {
  const { id: applicationId } = await params;
  const application = await peek(trpc.application.one.queryOptions({ applicationId }));
  await prefetch(
    ...((await may("webhook:read"))
      ? [trpc.webhook.deliveries.queryOptions(lastDeliveryOf({ applicationId }))]
      : []),
    ...(application?.environments ?? []).map(({ environmentId }) =>
      trpc.deployment.all.queryOptions(lastThree(environmentId)),
    ),
  );
  return (
    <Hydrate>
      <Environments applicationId={applicationId} />
    </Hydrate>
  );
}
