"use client";
import { CircleCheck, CircleDashed, CircleX, GitBranch, LoaderCircle, ShieldQuestion } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { shortSha } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import { deploymentPath } from "@/client/paths";
import type { Preview } from "@/features/preview/contract";
import { Alert } from "@/ui/alert";
import { Badge, StatusPill } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { HostLink } from "@/ui/host-link";
import { Link } from "@/ui/link";
import { RelativeTime } from "@/ui/relative-time";

const ApprovePreview = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/(tabs)/previews/approve-preview").then(
    (module) => module.ApprovePreview,
  ),
);
const RemovePreview = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/(tabs)/previews/remove-preview").then(
    (module) => module.RemovePreview,
  ),
);

const looks = {
  approval: { tone: "warn", icon: ShieldQuestion, word: "Waits for approval" },
  deploying: { tone: "accent", icon: LoaderCircle, word: "Deploying", spin: true },
  ready: { tone: "good", icon: CircleCheck, word: "Ready" },
  failed: { tone: "bad", icon: CircleX, word: "Failed" },
  waiting: { tone: "neutral", icon: CircleDashed, word: "Waiting" },
} as const;

/** One preview: its request, what it shows, and what can be done with it. */
export function PreviewCard({ preview, mayRun }: { preview: Preview; mayRun: boolean }) {
  const [asking, setAsking] = useState<"approve" | "remove" | null>(null);
  const { pullRequest, state, reason, latest } = preview;
  const close = () => setAsking(null);
  return (
    <li>
      <Card className="grid grid-cols-1 gap-3 p-5">
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
          <div className="grid min-w-0 flex-1 basis-64 gap-1">
            <h3 className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
              {pullRequest ? (
                <HostLink href={pullRequest.url} className="text-ink">
                  #{pullRequest.number} {pullRequest.title}
                </HostLink>
              ) : (
                preview.branch
              )}
              <StatusPill {...looks[state]} />
              {preview.isFork && (
                <Badge title="It comes from another repository and gets no secrets">fork</Badge>
              )}
            </h3>
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-soft">
              <span className="inline-flex items-center gap-1.5">
                <GitBranch className="size-4 shrink-0" aria-hidden="true" />
                <span className="sr-only">Branch</span>
                {preview.branch}
              </span>
              {preview.sha && <span className="font-mono text-sm">{shortSha(preview.sha)}</span>}
              {pullRequest?.author && <span>by {pullRequest.author}</span>}
              <RelativeTime at={preview.lastActivityAt ?? preview.createdAt} />
            </p>
            {preview.current ? (
              <HostLink href={preview.url}>{preview.url}</HostLink>
            ) : (
              <p className="text-soft">
                It will answer at <span className="text-ink">{preview.url}</span>
              </p>
            )}
          </div>
          <div className="flex flex-wrap gap-2">
            {mayRun && state === "approval" && (
              <Button look="primary" onClick={() => setAsking("approve")}>
                Look at it and approve
              </Button>
            )}
            {latest && (
              <Button asChild>
                <Link href={deploymentPath(latest)} prefetch={false}>
                  Open deployment
                </Link>
              </Button>
            )}
            {mayRun && (
              <Button
                className="text-bad"
                aria-label={`Remove the preview ${preview.name}`}
                onClick={() => setAsking("remove")}
              >
                Remove
              </Button>
            )}
          </div>
        </div>
        {reason && <Alert tone={state === "failed" ? "bad" : "info"}>{reason.message}</Alert>}
      </Card>
      {asking === "approve" && <ApprovePreview preview={preview} onClose={close} />}
      {asking === "remove" && <RemovePreview preview={preview} onClose={close} />}
    </li>
  );
}
