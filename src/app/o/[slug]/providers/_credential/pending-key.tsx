"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import dynamic from "next/dynamic";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import type { GitProvider, GitProviderType, PendingKey } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { CopyField } from "@/ui/copy-button";
import { RelativeTime } from "@/ui/relative-time";
import { toastSuccess } from "@/ui/toast";

// Loaded when a new key was refused.
const RotationVerdict = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/rotation-verdict").then((module) => module.RotationVerdict),
);

interface Props {
  provider: GitProvider & { pendingKey?: PendingKey | null };
  type: GitProviderType;
}

/** The values that ask for a generated key instead of a pasted one, by the name of the secret field. */
export function generationOf(type: GitProviderType, method: string): Record<string, string> | null {
  const field = type.methods[method]?.fields.find(({ generates }) => generates);
  return field?.generates ? { [field.name]: field.generates } : null;
}

function useRotation() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.gitProvider.rotate.mutationOptions({
      onSuccess: async ({ rotated }) => {
        if (rotated) toastSuccess("The new key is in use");
        await queries.invalidateQueries(trpc.gitProvider.pathFilter());
      },
    }),
  );
}

/** A new key in two steps: made and shown, and in use once it was added on the server. */
export function PendingKeySection({ provider, type }: Props) {
  const rotation = useRotation();
  const generation = generationOf(type, provider.authMethod);
  const { gitProviderId, pendingKey } = provider;
  if (pendingKey) return <AddKey pendingKey={pendingKey} gitProviderId={gitProviderId} />;
  if (!generation) return null;
  return (
    <div className="grid justify-items-start gap-2">
      <Button busy={rotation.isPending} onClick={() => rotation.mutate({ ...generation, gitProviderId })}>
        <KeyRound aria-hidden="true" />
        Make a new key
      </Button>
      <FormError error={rotation.error} />
    </div>
  );
}

function AddKey({ pendingKey, gitProviderId }: { pendingKey: PendingKey; gitProviderId: string }) {
  const use = useRotation();
  const discard = useRotation();
  const keys = Object.values(pendingKey.fields).filter((value) => typeof value === "string");
  return (
    <section aria-label="New key" className="grid min-w-0 gap-2">
      <h2 className="font-semibold">New key, not in use yet</h2>
      <p className="text-soft">
        Made <RelativeTime at={pendingKey.madeAt} />. Add it on the server beside the present one, then use
        it: it has to read every repository in use first.
      </p>
      {keys.map((text) => (
        <CopyField key={text} text={text} what="new public key" />
      ))}
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          busy={use.isPending}
          disabled={discard.isPending}
          onClick={() => use.mutate({ gitProviderId, pendingKey: "use" })}
        >
          Check and use it
        </Button>
        <Button
          busy={discard.isPending}
          disabled={use.isPending}
          onClick={() => discard.mutate({ gitProviderId, pendingKey: "discard" })}
        >
          Forget it
        </Button>
      </div>
      <div className="grid gap-3" aria-live="polite">
        <FormError error={use.error ?? discard.error} />
        {use.data && !use.data.rotated && <RotationVerdict result={use.data} />}
      </div>
    </section>
  );
}
