"use client";
import { Undo2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { GitProviderDetail } from "@/features/git-provider/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { useHydrated } from "@/ui/hydrated";
import { RelativeTime } from "@/ui/relative-time";

const RestoreDialog = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/restore-dialog").then((module) => module.RestoreDialog),
);

/** For 24 hours after a rotation: a button to restore the previous credential. */
export function RestoreCredential({ provider }: { provider: GitProviderDetail }) {
  const [asking, setAsking] = useState(false);
  // The hour is that of the browser, which the server does not know.
  const hydrated = useHydrated();
  const { previousCredential } = provider;
  if (!previousCredential) return null;
  return (
    <>
      <Alert
        title="The credential was replaced"
        actions={
          <Button size="small" onClick={() => setAsking(true)}>
            <Undo2 aria-hidden="true" />
            Put the old credential back
          </Button>
        }
      >
        <p>
          Replaced <RelativeTime at={previousCredential.replacedAt} />. The old one is kept encrypted until{" "}
          {hydrated ? whenOf(previousCredential.until) : "tomorrow"} and then deleted.
        </p>
      </Alert>
      {asking && <RestoreDialog provider={provider} onClose={() => setAsking(false)} />}
    </>
  );
}

function whenOf(until: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(new Date(until));
}
