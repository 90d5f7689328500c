"use client";
import { KeyRound } from "lucide-react";
import dynamic from "next/dynamic";
import { ProviderSettings } from "@/app/o/[slug]/providers/[id]/provider-settings";
import { Sharing } from "@/app/o/[slug]/providers/[id]/sharing";
import type { GitProviderDetail, GitProviderType } from "@/features/git-provider/contract";
import { useAddressDialog } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";

const RotateDialog = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/rotate-dialog").then((module) => module.RotateDialog),
);

/** Everything of a provider that can be changed. */
export function SettingsTab(props: {
  provider: GitProviderDetail;
  type: GitProviderType;
  /** A key was generated; the first tab shows it until it is in use. */
  onMade(): void;
}) {
  const { provider, type, onMade } = props;
  const [dialog, open, close] = useAddressDialog();
  const hasSecrets = type.methods[provider.authMethod]?.fields.some((field) => field.secret);
  return (
    <div className="grid gap-10">
      <ProviderSettings key={provider.updatedAt} provider={provider} type={type} />
      {hasSecrets && (
        <Section
          title="Replace the credential"
          hint="A new one is tried on every repository in use before it takes the place of the stored one."
        >
          <Button className="justify-self-start" onClick={() => open("rotate")}>
            <KeyRound aria-hidden="true" />
            Replace credential
          </Button>
        </Section>
      )}
      <Sharing provider={provider} />
      {dialog === "rotate" && (
        <RotateDialog provider={provider} type={type} onClose={close} onMade={onMade} />
      )}
    </div>
  );
}
