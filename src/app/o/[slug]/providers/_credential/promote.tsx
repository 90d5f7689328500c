"use client";
import { Share2 } from "lucide-react";
import dynamic from "next/dynamic";
import type { GitProvider } from "@/features/git-provider/contract";
import { useAddressDialog } from "@/ui/address-state";
import { Button } from "@/ui/button";

const PromoteDialog = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/promote-dialog").then((module) => module.PromoteDialog),
);

/** Makes the provider of one application one of the whole organization, after asking. */
export function Promote({ provider }: { provider: GitProvider }) {
  const [dialog, open, close] = useAddressDialog();
  return (
    <>
      <Button className="justify-self-start" onClick={() => open("share")}>
        <Share2 aria-hidden="true" />
        Share with the organization
      </Button>
      {dialog === "share" && <PromoteDialog provider={provider} onClose={close} />}
    </>
  );
}
