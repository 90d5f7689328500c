"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/notice";

const RotateDialog = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/rotate-dialog").then((module) => module.RotateDialog),
);

/** The host has ended the way in that is used: what happened, and the change to the one that took its place. */
export function MethodGone(props: { provider: GitProvider; type: GitProviderType; mayWrite: boolean }) {
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
      <Notice
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
      </Notice>
      {changing && (
        <RotateDialog provider={provider} type={type} method={next} onClose={() => setChanging(false)} />
      )}
    </>
  );
}
