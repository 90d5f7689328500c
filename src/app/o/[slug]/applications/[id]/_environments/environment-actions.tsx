"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  ArrowUpRight,
  EllipsisVertical,
  GitCommitHorizontal,
  ListChecks,
  Pencil,
  Rocket,
  Trash2,
} from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useSource } from "@/app/o/[slug]/applications/[id]/use-source";
import { clientFault } from "@/client/fault";
import { useMay } from "@/client/me";
import { deploymentPath, rulesPath } from "@/client/paths";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { Environment } from "@/features/environment/contract";
import { useAddressDialog } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { useGo, usePath } from "@/ui/link";
import { Menu } from "@/ui/menu";
import type { MenuEntry } from "@/ui/menu-entry";
import { toastError } from "@/ui/toast";

const RefDialog = dynamic(() =>
  import("@/app/o/[slug]/applications/_source/ref-dialog").then((module) => module.RefDialog),
);
const EnvironmentDialog = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/_environments/environment-dialog").then(
    (module) => module.EnvironmentDialog,
  ),
);
const RemoveEnvironment = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/_environments/remove-environment").then(
    (module) => module.RemoveEnvironment,
  ),
);

const DeployFrozen = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/_environments/deploy-frozen").then(
    (module) => module.DeployFrozen,
  ),
);

const PromoteDialog = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/_environments/promote-dialog").then(
    (module) => module.PromoteDialog,
  ),
);

type Open = "ref" | "remove" | null;

/** Every application keeps this one. */
const production = "production";

export function EnvironmentActions(props: { application: Application; environment: Environment }) {
  const { application, environment } = props;
  const { applicationId } = application;
  const [open, setOpen] = useState<Open>(null);
  const [dialog, openDialog, closeDialog] = useAddressDialog();
  const edit = `environment ${environment.name}`;
  const mayRun = useMay("deployment:run");
  const mayWrite = useMay("application:write");
  const mayRemove = useMay("application:delete") && environment.name !== production;
  const deploy = useDeploy(applicationId);
  const path = usePath();
  // What is to be deployed although the environment is frozen; asked for first.
  const [frozenWish, setFrozenWish] = useState<{ ref?: string } | null>(null);
  function start(wish: { ref?: string }): void {
    if (environment.frozen) setFrozenWish(wish);
    else deploy.mutate({ applicationId, environment: environment.name, ...wish });
  }
  const [promoteTo, setPromoteTo] = useState<Environment | null>(null);
  const { of, defaultBranch } = useSource(application);
  const close = () => setOpen(null);
  const entries: MenuEntry[] = [];
  if (mayRun) {
    const label = "Deploy another branch, tag or commit";
    const onSelect = () => setOpen("ref");
    entries.push({ kind: "item", label, icon: GitCommitHorizontal, disabled: !of, onSelect });
  }
  for (const other of mayRun && environment.current ? application.environments : []) {
    if (other.environmentId === environment.environmentId) continue;
    const label = `Promote to ${other.name}`;
    entries.push({ kind: "item", label, icon: ArrowUpRight, onSelect: () => setPromoteTo(other) });
  }
  entries.push({
    kind: "item",
    label: "Rules",
    icon: ListChecks,
    href: path(rulesPath(applicationId, environment.environmentId)),
  });
  if (mayWrite) entries.push({ kind: "item", label: "Edit", icon: Pencil, onSelect: () => openDialog(edit) });
  if (mayRemove) {
    const onSelect = () => setOpen("remove");
    entries.push({ kind: "line" }, { kind: "item", label: "Remove", icon: Trash2, danger: true, onSelect });
  }
  return (
    <div className="flex gap-2">
      {mayRun && (
        <Button
          look="primary"
          busy={deploy.isPending}
          onClick={() => start({})}
          aria-label={`Deploy ${environment.name}`}
        >
          <Rocket aria-hidden="true" />
          Deploy
        </Button>
      )}
      {entries.length > 0 && (
        <Menu
          entries={() => entries}
          trigger={
            <Button size="icon" aria-label={`More actions for ${environment.name}`}>
              <EllipsisVertical />
            </Button>
          }
        />
      )}
      {open === "ref" && of && (
        <RefDialog
          of={of}
          title={`Deploy to ${environment.name}`}
          defaultBranch={defaultBranch}
          picked={environment.branch}
          onPick={({ name: ref }) => {
            close();
            start({ ref });
          }}
          onClose={close}
        />
      )}
      {frozenWish && (
        <DeployFrozen
          environment={environment}
          busy={deploy.isPending}
          onConfirm={() =>
            deploy.mutate({ applicationId, environment: environment.name, ...frozenWish, force: true })
          }
          onClose={() => setFrozenWish(null)}
        />
      )}
      {promoteTo && <PromoteDialog from={environment} to={promoteTo} onClose={() => setPromoteTo(null)} />}
      {mayWrite && dialog === edit && (
        <EnvironmentDialog application={application} environment={environment} onClose={closeDialog} />
      )}
      {open === "remove" && <RemoveEnvironment environment={environment} onClose={close} />}
    </div>
  );
}

/** Deploy an environment and go to the page of the deployment. */
function useDeploy(applicationId: string) {
  const trpc = useTRPC();
  const go = useGo();
  const queries = useQueryClient();
  return useMutation(
    trpc.application.deploy.mutationOptions({
      onSuccess: async ({ deploymentId }) => {
        go(deploymentPath({ applicationId, deploymentId }));
        await queries.invalidateQueries(trpc.deployment.all.pathFilter());
      },
      onError: (error) => toastError(clientFault(error).message),
    }),
  );
}
