"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
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

/** `host kind key fingerprint`, as the lines of known_hosts are stored. */
function hostKeysIn(value: unknown): { place: string; kind: string; fingerprint: string }[] {
  if (typeof value !== "string") return [];
  return value
    .split("\n")
    .map((line) => line.split(" "))
    .filter((parts) => parts.length >= 4)
    .map(([place = "", kind = "", , fingerprint = ""]) => ({ place, kind, fingerprint }));
}

/** The pinned host keys of a server, with the actions on them below. */
export function HostKeys({ lines, children }: { lines: unknown; children: ReactNode }) {
  const known = hostKeysIn(lines);
  return (
    <section aria-label="Host keys" className="grid min-w-0 gap-2">
      <h2 className="font-semibold">Host keys</h2>
      {known.length === 0 ? (
        <p className="text-soft">The server was not met yet. Its keys are pinned when it is.</p>
      ) : (
        <ul className="grid gap-1">
          {known.map(({ place, kind, fingerprint }) => (
            <li key={fingerprint} className="min-w-0 text-sm">
              {place} {kind.replace("ssh-", "")} <code className="font-mono break-all">{fingerprint}</code>
            </li>
          ))}
        </ul>
      )}
      {known.length > 0 && children}
    </section>
  );
}

/** Asks for confirmation: a changed host key can mean that somebody intercepts the connection. */
export function TrustNew({ provider, type, onTrust }: Props) {
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
