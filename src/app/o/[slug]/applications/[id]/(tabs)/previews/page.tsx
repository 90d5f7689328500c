import { Previews } from "@/app/o/[slug]/applications/[id]/(tabs)/previews/previews";
import { Hydrate, prefetch, trpc } from "@/client/server";

export const metadata = { title: "Previews" };

type Props = { params: Promise<{ id: string }> };

export default async function Page({ params }: Props) {
  const { id: applicationId } = await params;
  await prefetch(trpc.preview.all.queryOptions({ applicationId }));
  return (
    <Hydrate>
      <Previews applicationId={applicationId} />
    </Hydrate>
  );
}
