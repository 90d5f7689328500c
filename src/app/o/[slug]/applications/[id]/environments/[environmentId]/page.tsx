import { EnvironmentRulesPage } from "@/app/o/[slug]/applications/[id]/environments/[environmentId]/environment-rules-page";
import { Hydrate, prefetch, trpc } from "@/client/server";

type Props = { params: Promise<{ id: string; environmentId: string }> };

export const metadata = { title: "Rules of the environment" };

export default async function Page({ params }: Props) {
  const { id: applicationId, environmentId } = await params;
  await prefetch(
    trpc.application.one.queryOptions({ applicationId }),
    trpc.gitProvider.getAll.queryOptions(),
    trpc.gitProvider.types.queryOptions(),
    trpc.deployHook.all.queryOptions({ environmentId }),
  );
  return (
    <Hydrate>
      <EnvironmentRulesPage applicationId={applicationId} environmentId={environmentId} />
    </Hydrate>
  );
}
