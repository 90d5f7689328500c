"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { RotationVerdict } from "@/app/(app)/providers/_credential/rotation-verdict";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import type { GitProvider, GitProviderType, NextCredential } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { CopyField } from "@/ui/copy-button";
import { RelativeTime } from "@/ui/relative-time";
import { say } from "@/ui/toast";

interface Props {
  provider: GitProvider & { next?: NextCredential | null };
  type: GitProviderType;
}

/** What has a new key made: the word in place of the secret, by the name of its field. */
export function makingOf(type: GitProviderType, method: string): Record<string, string> | null {
  const field = type.methods[method]?.fields.find(({ makes }) => makes);
  return field?.makes ? { [field.name]: field.makes } : null;
}

function useRotation() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.gitProvider.rotate.mutationOptions({
      onSuccess: async ({ rotated }) => {
        if (rotated) say("The new key is in use");
        await queries.invalidateQueries(trpc.gitProvider.pathFilter());
      },
    }),
  );
}

/** A new key in two steps: made and shown, and in use once it was added on the server. */
export function NextKey({ provider, type }: Props) {
  const rotation = useRotation();
  const making = makingOf(type, provider.authMethod);
  const { gitProviderId, next } = provider;
  if (next) return <Waiting next={next} gitProviderId={gitProviderId} />;
  if (!making) return null;
  return (
    <div className="grid justify-items-start gap-2">
      <Button busy={rotation.isPending} onClick={() => rotation.mutate({ ...making, gitProviderId })}>
        <KeyRound aria-hidden="true" />
        Make a new key
      </Button>
      <FormError error={rotation.error} />
    </div>
  );
}

function Waiting({ next, gitProviderId }: { next: NextCredential; gitProviderId: string }) {
  const use = useRotation();
  const discard = useRotation();
  const keys = Object.values(next.fields).filter((value) => typeof value === "string");
  return (
    <section aria-label="New key" className="grid min-w-0 gap-2">
      <h2 className="font-semibold">New key, not in use yet</h2>
      <p className="text-soft">
        Made <RelativeTime at={next.madeAt} />. Add it on the server beside the present one, then use it: it
        has to read every repository in use first.
      </p>
      {keys.map((text) => (
        <CopyField key={text} text={text} what="new public key" />
      ))}
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          busy={use.isPending}
          disabled={discard.isPending}
          onClick={() => use.mutate({ gitProviderId, next: "use" })}
        >
          Check and use it
        </Button>
        <Button
          busy={discard.isPending}
          disabled={use.isPending}
          onClick={() => discard.mutate({ gitProviderId, next: "discard" })}
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
