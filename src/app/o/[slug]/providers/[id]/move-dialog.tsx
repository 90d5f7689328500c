"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { RepositoryAccessList } from "@/app/o/[slug]/providers/_credential/repository-access-list";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { GitProvider } from "@/features/git-provider/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Select } from "@/ui/input";
import { SkeletonRows } from "@/ui/skeleton";
import { toastSuccess } from "@/ui/toast";

function counted(count: number): string {
  return count === 1 ? "1 application" : `${count} applications`;
}

/** Choose another provider, see what it could deploy, and move that. */
export function MoveDialog(props: { provider: GitProvider; onClose(): void; onMoved(): void }) {
  const { provider, onClose, onMoved } = props;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const all = useQuery(trpc.gitProvider.getAll.queryOptions()).data ?? [];
  const others = all.filter(
    (each) =>
      each.gitProviderId !== provider.gitProviderId &&
      each.status === "active" &&
      each.visibility !== "application",
  );
  const [target, setTarget] = useState("");
  const dryRun = useMutation(trpc.gitProvider.reassign.mutationOptions());
  const move = useMutation(
    trpc.gitProvider.reassign.mutationOptions({
      onSuccess: async ({ moved }) => {
        const done = moved.filter((each) => each.reachable).length;
        toastSuccess(`${counted(done)} moved`);
        await Promise.all([
          queries.invalidateQueries(trpc.gitProvider.pathFilter()),
          queries.invalidateQueries(trpc.application.pathFilter()),
        ]);
        onMoved();
      },
    }),
  );
  const between = { fromGitProviderId: provider.gitProviderId, toGitProviderId: target };
  const plan = target ? dryRun.data?.moved : undefined;
  const able = plan?.filter((each) => each.reachable).length ?? 0;
  const error = move.error ?? dryRun.error;
  function choose(toGitProviderId: string): void {
    setTarget(toGitProviderId);
    move.reset();
    dryRun.reset();
    if (toGitProviderId) dryRun.mutate({ ...between, toGitProviderId, dryRun: true });
  }
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title="Move applications"
      description={`They deploy from another provider than ${provider.name} from then on. Published sites stay as they are.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={able === 0 || dryRun.isPending}
            busy={move.isPending}
            onClick={() => move.mutate(between)}
          >
            {able > 0 ? `Move ${counted(able)}` : "Move"}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {others.length === 0 ? (
          <Alert tone="warn">There is no other active provider. Connect one first.</Alert>
        ) : (
          <Field label="To" help="Each repository is looked up there before anything moves.">
            <Select value={target} onChange={(event) => choose(event.target.value)}>
              <option value="">Choose a provider</option>
              {others.map((each) => (
                <option key={each.gitProviderId} value={each.gitProviderId}>
                  {each.name}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <div aria-live="polite" className="grid gap-4">
          {dryRun.isPending && <SkeletonRows rows={2} label="Looking up the repositories" />}
          {plan && <RepositoryAccessList items={plan} />}
          {plan && able < plan.length && able > 0 && (
            <p className="text-soft">The others stay where they are.</p>
          )}
        </div>
        {error && <Alert tone="bad">{clientFault(error).message}</Alert>}
      </div>
    </Modal>
  );
}
