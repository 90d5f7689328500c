"use client";
import dynamic from "next/dynamic";
import { HostKeys } from "@/app/o/[slug]/providers/_credential/host-keys";
import { PendingKeySection } from "@/app/o/[slug]/providers/_credential/pending-key";
import { typeFields } from "@/client/use-repositories";
import type { GitProvider, GitProviderType, PendingKey } from "@/features/git-provider/contract";
import { Card } from "@/ui/card";
import { CopyField } from "@/ui/copy-button";
import { HostLink } from "@/ui/host-link";

// Loaded when the server shows another key than before.
const TrustNewHostKey = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/trust-new-host-key").then((module) => module.TrustNewHostKey),
);

interface Props {
  provider: GitProvider & { pendingKey?: PendingKey | null; credentialPage?: string };
  type: GitProviderType;
  mayChange: boolean;
  /** The last test found another host key. */
  changed?: boolean;
  /** The keys of the server were forgotten, to take those that it shows next. */
  onTrust?(): void;
}

/** The public key to add on the server, and the pinned host keys of the server. */
export function SshIdentity({ provider, type, mayChange, changed, onTrust }: Props) {
  const { publicKey, hostKeys } = typeFields(type, provider);
  if (typeof publicKey !== "string" || publicKey === "") return null;
  return (
    <Card className="grid gap-5 p-5">
      <section aria-label="Public key" className="grid min-w-0 gap-2">
        <h2 className="font-semibold">Public key</h2>
        <p className="text-soft">
          Add it on the server as a deploy key that may only read. The private half stays here and is never
          shown.
        </p>
        <CopyField text={publicKey} what="public key" />
        <KeyPage url={provider.credentialPage} />
      </section>
      {mayChange && <PendingKeySection provider={provider} type={type} />}
      {(mayChange || Boolean(hostKeys)) && (
        <HostKeys lines={hostKeys}>
          {mayChange && changed && <TrustNewHostKey provider={provider} type={type} onTrust={onTrust} />}
        </HostKeys>
      )}
    </Card>
  );
}

/** A link to the page where the public key is added, for known hosts. */
function KeyPage({ url }: { url?: string }) {
  if (!url) return null;
  return (
    <p>
      <HostLink href={url}>Add it on {new URL(url).host}</HostLink>
    </p>
  );
}
