"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useProviderCall } from "@/client/provider-call";
import { useTRPC } from "@/client/trpc";
import { typeIdOf } from "@/client/use-repositories";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { toastError } from "@/ui/toast";

interface Props {
  provider: GitProvider;
  type: GitProviderType;
  onTrust?(): void;
}

/** Asks for confirmation: a changed host key can mean that somebody intercepts the connection. */
export function TrustNewHostKey({ provider, type, onTrust }: Props) {
  const [asking, setAsking] = useState(false);
  const call = useProviderCall();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const forget = useMutation({
    mutationFn: () => call.mutate(type.type, "update", { ...typeIdOf(type, provider), hostKeys: "" }),
    onSuccess: async () => {
      setAsking(false);
      await queries.invalidateQueries(trpc.gitProvider.pathFilter());
      onTrust?.();
    },
    onError: () => toastError("This could not be changed. Load the page again and try once more."),
  });
  if (!asking)
    return (
      <Button className="justify-self-start" onClick={() => setAsking(true)}>
        Trust the new host key
      </Button>
    );
  return (
    <Alert
      tone="warn"
      title="Has the server really got a new key?"
      actions={
        <>
          <Button size="small" look="primary" busy={forget.isPending} onClick={() => forget.mutate()}>
            Trust what it shows now
          </Button>
          <Button size="small" disabled={forget.isPending} onClick={() => setAsking(false)}>
            Keep these keys
          </Button>
        </>
      }
    >
      Ask who runs it and compare the fingerprint: another key may also be somebody in between. The keys above
      are forgotten, and the server is met anew.
    </Alert>
  );
}
