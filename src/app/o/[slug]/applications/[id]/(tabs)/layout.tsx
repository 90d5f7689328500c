import type { ReactNode } from "react";
import { ApplicationFrame } from "@/app/o/[slug]/applications/[id]/application-frame";
import { Hydrate, prefetch, trpc } from "@/client/server";

type Props = { params: Promise<{ id: string }>; children: ReactNode };

/** Head and tabs of one application. */
export default async function ApplicationLayout({ params, children }: Props) {
  const { id: applicationId } = await params;
  await prefetch(
    trpc.application.one.queryOptions({ applicationId }),
    trpc.gitProvider.getAll.queryOptions(),
    trpc.gitProvider.types.queryOptions(),
  );
  return (
    <Hydrate>
      <ApplicationFrame applicationId={applicationId}>{children}</ApplicationFrame>
    </Hydrate>
  );
}
