import type { Metadata } from "next";
import { AuthorizePage } from "@/app/o/[slug]/providers/[id]/authorize/authorize-page";
import { Hydrate, prefetch, trpc } from "@/client/server";
import { openSealedError } from "@/features/git-provider/oauth/sealed-error";
import { messageOf } from "@/lib/reason";

export const metadata: Metadata = { title: "Connect" };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[]>>;
}

export default async function Page({ params, searchParams }: Props) {
  const { id: gitProviderId } = await params;
  const problem = openSealedError((await searchParams).problem);
  await prefetch(trpc.gitProvider.one.queryOptions({ gitProviderId }), trpc.gitProvider.types.queryOptions());
  return (
    <Hydrate>
      <AuthorizePage gitProviderId={gitProviderId} problem={problem && messageOf(problem)} />
    </Hydrate>
  );
}
