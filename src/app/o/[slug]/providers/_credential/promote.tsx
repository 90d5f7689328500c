"use client";
import { Share2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { GitProvider } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";

const PromoteDialog = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/promote-dialog").then((module) => module.PromoteDialog),
);

/** Makes the provider of one application one of the whole organization, after asking. */
export function Promote({ provider }: { provider: GitProvider }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button className="justify-self-start" onClick={() => setAsking(true)}>
        <Share2 aria-hidden="true" />
        Share with the organization
      </Button>
      {asking && <PromoteDialog provider={provider} onClose={() => setAsking(false)} />}
    </>
  );
}
