"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { BuildValues } from "@/app/o/[slug]/applications/_source/build-fields";
import type { Source } from "@/app/o/[slug]/applications/_source/source";
import { clientFault } from "@/client/fault";
import { applicationPath, deploymentPath } from "@/client/paths";
import { useTRPC, useTRPCClient } from "@/client/trpc";
import { useGo } from "@/ui/link";
import { toastError } from "@/ui/toast";

export interface NewApplicationInput {
  source: Source;
  name: string;
  /** Null: made from the name. */
  slug: string | null;
  branch: string | null;
  /** A tag or commit for the first deployment. */
  ref: string | undefined;
  build: BuildValues;
}

function inputOf({ source, name, slug, branch, build }: NewApplicationInput) {
  const { provider, repository, token } = source;
  return {
    name,
    // With a dedicated token the full URL is sent: it decides where the token may be sent.
    repository: provider ? repository.fullName : repository.url,
    gitProviderId: provider?.gitProviderId,
    slug: slug ?? undefined,
    branch: branch ?? undefined,
    buildPath: build.buildPath,
    buildCommand: build.buildCommand || undefined,
    outputDirectory: (build.buildCommand && build.outputDirectory) || undefined,
    ...token,
  };
}

/** Make the application, queue its first deployment, and go there. */
export function useCreate(onCreated: () => void) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const go = useGo();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (wish: NewApplicationInput) => {
      const { applicationId } = await client.application.create.mutate(inputOf(wish));
      // The application exists now even if the deployment fails: submitting again would create a second one.
      const queued = await client.application.deploy
        .mutate({ applicationId, ref: wish.ref })
        .catch((error: unknown) => void toastError(clientFault(error).message));
      return { applicationId, deploymentId: queued?.deploymentId };
    },
    onSuccess: ({ applicationId, deploymentId }) => {
      onCreated();
      void queries.invalidateQueries(trpc.application.pathFilter());
      void queries.invalidateQueries(trpc.deployment.all.pathFilter());
      void queries.invalidateQueries(trpc.gitProvider.pathFilter());
      go(deploymentId ? deploymentPath({ applicationId, deploymentId }) : applicationPath(applicationId));
    },
  });
}
