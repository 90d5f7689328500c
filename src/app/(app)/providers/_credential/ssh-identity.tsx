"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useProviderCall } from "@/client/provider-call";
import { useTRPC } from "@/client/trpc";
import { ownFields, typeIdOf } from "@/client/use-repositories";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { CopyField } from "@/ui/copy-button";
import { sayFailure } from "@/ui/toast";

interface Props {
  provider: GitProvider;
  type: GitProviderType;
  mayChange: boolean;
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

/** The half of the key that belongs on the server, and the keys by which the server is known. */
export function SshIdentity({ provider, type, mayChange }: Props) {
  const { publicKey, hostKeys } = ownFields(type, provider);
  const call = useProviderCall();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (fields: Record<string, string>) =>
      call.mutate(type.type, "update", { ...typeIdOf(type, provider), ...fields }),
    onSuccess: () => queries.invalidateQueries(trpc.gitProvider.pathFilter()),
    onError: () => sayFailure("This could not be changed. Load the page again and try once more."),
  });
  if (typeof publicKey !== "string" || publicKey === "") return null;
  const known = hostKeysIn(hostKeys);
  return (
    <Card className="grid gap-5 p-5">
      <section aria-label="Public key" className="grid min-w-0 gap-2">
        <h2 className="font-semibold">Public key</h2>
        <p className="text-soft">
          Add it on the server as a deploy key that may only read. The private half stays here and is never
          shown.
        </p>
        <CopyField text={publicKey} what="public key" />
        {mayChange && (
          <NewKey busy={change.isPending} onMake={() => change.mutate({ privateKey: "generate" })} />
        )}
      </section>
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
        {mayChange && known.length > 0 && (
          <Button
            className="justify-self-start"
            busy={change.isPending}
            onClick={() => change.mutate({ hostKeys: "" })}
          >
            Trust the new host key
          </Button>
        )}
      </section>
    </Card>
  );
}

/** Asked twice: nothing can be deployed until the new key is added on the server. */
function NewKey({ busy, onMake }: { busy: boolean; onMake(): void }) {
  const [sure, setSure] = useState(false);
  if (!sure) {
    return (
      <Button className="justify-self-start" busy={busy} onClick={() => setSure(true)}>
        Make a new key
      </Button>
    );
  }
  return (
    <div className="grid gap-2" role="alert">
      <p>This key is gone then, and nothing can be deployed until the new one is added on the server.</p>
      <div className="flex flex-wrap gap-2">
        <Button
          onClick={() => {
            setSure(false);
            onMake();
          }}
        >
          Replace the key
        </Button>
        <Button onClick={() => setSure(false)}>Keep this key</Button>
      </div>
    </div>
  );
}
