"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RepositoryAccessList } from "@/app/o/[slug]/providers/_credential/repository-access-list";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { GitProviderDetail } from "@/features/git-provider/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { SkeletonRows } from "@/ui/skeleton";
import { toastSuccess } from "@/ui/toast";

/** Try the credential that a rotation replaced on every repository in use, then swap it back. */
export function RestoreDialog({ provider, onClose }: { provider: GitProviderDetail; onClose(): void }) {
  const { gitProviderId, name } = provider;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const tried = useMutation(trpc.gitProvider.restore.mutationOptions());
  const restore = useMutation(
    trpc.gitProvider.restore.mutationOptions({
      onSuccess: async (result) => {
        if (!result.restored) return;
        toastSuccess("The old credential is in use again");
        onClose();
        await queries.invalidateQueries(trpc.gitProvider.pathFilter());
      },
    }),
  );
  const result = restore.data ?? tried.data;
  const works = tried.data?.repositories.every((each) => each.reachable) ?? false;
  const error = restore.error ?? tried.error;
  const busy = tried.isPending || restore.isPending;
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Put the old credential of ${name} back`}
      description="It is tried on every repository in use first. The present one is then kept for a day in turn."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            busy={busy}
            disabled={tried.data && !works}
            onClick={() =>
              works ? restore.mutate({ gitProviderId }) : tried.mutate({ gitProviderId, dryRun: true })
            }
          >
            {works ? "Put it back now" : "Check the old one"}
          </Button>
        </>
      }
    >
      <div className="grid gap-3" aria-live="polite">
        {!result && !busy && !error && <p>Nothing changes until it has been checked.</p>}
        {busy && <SkeletonRows rows={2} label="Looking up the repositories" />}
        {result && (
          <Alert tone={works ? "good" : "bad"} title={works ? "The old one works" : "The old one reads less"}>
            {works
              ? "The host takes it. Nothing would stop."
              : "Some applications could not be deployed with it. The present one stays."}
          </Alert>
        )}
        {result && result.repositories.length > 0 && <RepositoryAccessList items={result.repositories} />}
        {error && <Alert tone="bad">{clientFault(error).message}</Alert>}
      </div>
    </Modal>
  );
}
