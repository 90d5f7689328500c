"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { Preview } from "@/features/preview/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { Modal } from "@/ui/dialog";
import { HostLink } from "@/ui/host-link";
import { toastSuccess } from "@/ui/toast";

/** What of a stranger's request would be built and published, before a member lets it. */
export function ApprovePreview({ preview, onClose }: { preview: Preview; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { environmentId, sha, pullRequest } = preview;
  const approve = useMutation(
    trpc.preview.approve.mutationOptions({
      onSuccess: async () => {
        toastSuccess(`${preview.name} is being deployed`);
        onClose();
        await queries.invalidateQueries(trpc.preview.pathFilter());
      },
    }),
  );
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Deploy this commit of ${pullRequest?.author ?? "a fork"}?`}
      description="It comes from another repository. Its build runs on this Slipway, and what it makes is published."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={approve.isPending}
            onClick={() => approve.mutate({ environmentId, sha: sha ?? undefined })}
          >
            Approve and deploy
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3 gap-y-2">
          <dt className="text-soft">Request</dt>
          <dd>
            {pullRequest ? (
              <HostLink href={pullRequest.url}>
                #{pullRequest.number} {pullRequest.title}
              </HostLink>
            ) : (
              "none"
            )}
          </dd>
          <dt className="text-soft">Branch</dt>
          <dd>{preview.branch}</dd>
          <dt className="text-soft">Commit</dt>
          <dd className="flex min-w-0 items-center gap-1">
            <code className="min-w-0 font-mono text-sm">{sha ?? "not known yet"}</code>
            {sha && <CopyButton text={sha} what="commit id" />}
          </dd>
          <dt className="text-soft">Secrets</dt>
          <dd>None: it gets no variables of this application.</dd>
        </dl>
        <Alert tone="warn">
          Read the changes at the host first. The approval is for this commit alone; a later one asks again.
        </Alert>
        {approve.error && <Alert tone="bad">{clientFault(approve.error).message}</Alert>}
      </div>
    </Modal>
  );
}
