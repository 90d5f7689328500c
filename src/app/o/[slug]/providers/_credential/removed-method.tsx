"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";

const RotateDialog = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/rotate-dialog").then((module) => module.RotateDialog),
);

/** The host has removed the auth method in use: says so, and offers the change to the one that replaces it. */
export function RemovedMethod(props: { provider: GitProvider; type: GitProviderType; mayWrite: boolean }) {
  const { provider, type, mayWrite } = props;
  const [changing, setChanging] = useState(false);
  const removed = type.methods[provider.authMethod]?.removed;
  const [next, method] =
    Object.entries(type.methods).find(
      ([, each]) => each.kind === "form" && each.recommended && !each.removed,
    ) ?? [];
  if (!removed) return null;
  return (
    <>
      <Alert
        tone="warn"
        title={`${type.methods[provider.authMethod]?.label} no longer works`}
        actions={
          mayWrite &&
          method && (
            <Button size="small" onClick={() => setChanging(true)}>
              Change to {method.label}
            </Button>
          )
        }
      >
        {removed}
      </Alert>
      {changing && (
        <RotateDialog provider={provider} type={type} method={next} onClose={() => setChanging(false)} />
      )}
    </>
  );
}
