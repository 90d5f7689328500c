"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  RemovalReportDialog,
  RemovalReportLines,
} from "@/app/o/[slug]/providers/_credential/removal-report-dialog";
import { MoveDialog } from "@/app/o/[slug]/providers/[id]/move-dialog";
import { clientFault } from "@/client/fault";
import { useMay } from "@/client/me";
import { useTRPC, useTRPCClient } from "@/client/trpc";
import type { GitProvider, GitProviderUsage } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { useGo } from "@/ui/link";
import { toastSuccess } from "@/ui/toast";

export type Asked = "deactivate" | "remove" | "move";

function stopsOf(usage: GitProviderUsage | undefined): string[] {
  const named = (usage?.applications ?? []).map(
    ({ name, environments }) =>
      `Deployments of ${name}: ${environments.map((environment) => environment.name).join(", ")}`,
  );
  const rest = (usage?.applicationCount ?? 0) - named.length;
  return rest > 0 ? [...named, `Deployments of ${rest} more applications`] : named;
}

/** Asks before a provider stops. While applications use it, it can only be deactivated, not removed. */
export function StopDialog(props: {
  kind: Asked;
  provider: GitProvider;
  onChange(kind: Asked | null): void;
}) {
  const { kind, provider, onChange } = props;
  const { gitProviderId, name } = provider;
  const trpc = useTRPC();
  const client = useTRPCClient();
  const go = useGo();
  const queries = useQueryClient();
  const usage = useQuery(trpc.gitProvider.usage.queryOptions({ gitProviderId })).data;
  const refresh = () => queries.invalidateQueries(trpc.gitProvider.pathFilter());
  const remove = useMutation(
    trpc.gitProvider.remove.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.gitProvider.getAll.queryKey() }),
    }),
  );
  const deactivate = useMutation(
    trpc.gitProvider.setStatus.mutationOptions({
      onSuccess: () => {
        toastSuccess(`${name} is inactive`);
        onChange(null);
        return refresh();
      },
    }),
  );
  const used = (usage?.applicationCount ?? provider.applicationCount) > 0;
  const plan = useQuery({
    queryKey: ["removal of", gitProviderId],
    queryFn: () => client.gitProvider.remove.mutate({ gitProviderId, dryRun: true }),
    enabled: kind === "remove" && usage !== undefined && !used && remove.isIdle,
    staleTime: 0,
    retry: false,
  }).data;
  const mayMove = useMay("application:write");
  const close = (open: boolean) => !open && onChange(null);
  if (kind === "move") {
    return (
      <MoveDialog provider={provider} onClose={() => onChange(null)} onMoved={() => onChange("remove")} />
    );
  }
  if (kind === "deactivate") {
    return (
      <ConfirmDialog
        open
        onOpenChange={close}
        title={`Deactivate ${name}?`}
        stops={stopsOf(usage)}
        verb="Deactivate"
        busy={deactivate.isPending}
        error={deactivate.error ? clientFault(deactivate.error).message : undefined}
        onConfirm={() => deactivate.mutate({ gitProviderId, status: "inactive" })}
      >
        It is not used until you activate it again. Published sites stay online.
      </ConfirmDialog>
    );
  }
  if (remove.data) {
    return (
      <RemovalReportDialog
        title={`${name} is removed`}
        report={remove.data}
        onClose={() => go("/providers")}
      />
    );
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={close}
      title={`Remove ${name}?`}
      stops={stopsOf(usage)}
      blocked={used}
      verb="Remove provider"
      busy={remove.isPending}
      error={remove.error ? clientFault(remove.error).message : undefined}
      onConfirm={() => remove.mutate({ gitProviderId })}
      otherWay={
        used && (
          <>
            {mayMove && <Button onClick={() => onChange("move")}>Move applications to…</Button>}
            {provider.status === "active" && (
              <Button onClick={() => onChange("deactivate")}>Deactivate instead</Button>
            )}
          </>
        )
      }
    >
      {used
        ? "These applications use it. Move them to another provider or remove them first; or deactivate this one."
        : (plan && <RemovalReportLines report={plan} />) ||
          "Its stored credential is deleted. Nothing uses it."}
    </ConfirmDialog>
  );
}
