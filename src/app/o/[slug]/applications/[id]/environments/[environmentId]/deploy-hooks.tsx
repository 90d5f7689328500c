"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Loaded } from "@/client/loaded";
import { useTRPC } from "@/client/trpc";
import type { DeployHook } from "@/features/deploy-hook/contract";
import type { Environment } from "@/features/environment/contract";
import { useAddressDialog } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { CopyField } from "@/ui/copy-button";
import { RelativeTime } from "@/ui/relative-time";

const CreateDeployHook = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/environments/[environmentId]/deploy-hook-dialogs").then(
    (module) => module.CreateDeployHook,
  ),
);
const RotateDeployHook = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/environments/[environmentId]/deploy-hook-dialogs").then(
    (module) => module.RotateDeployHook,
  ),
);
const RemoveDeployHook = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/environments/[environmentId]/deploy-hook-dialogs").then(
    (module) => module.RemoveDeployHook,
  ),
);

type Open = { what: "rotate" | "remove"; hook: DeployHook } | null;

/** Addresses that deploy the environment when a script or a content system calls them. */
export function DeployHooks({ environment, mayWrite }: { environment: Environment; mayWrite: boolean }) {
  const { environmentId, name } = environment;
  const trpc = useTRPC();
  const query = useQuery(trpc.deployHook.all.queryOptions({ environmentId }));
  const [dialog, openDialog, closeDialog] = useAddressDialog();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <Section
      title="Deploy hooks"
      hint={`Addresses that deploy ${name} when they are called, for content systems and scripts.`}
      actions={
        mayWrite && (
          <Button onClick={() => openDialog("deploy-hook")}>
            <Plus aria-hidden="true" />
            Create deploy hook
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {({ items: hooks }) =>
          hooks.length === 0 ? (
            <Card className="px-5 py-4 text-soft">
              None yet. Create one for each program that is to deploy, so that each can be taken back alone.
            </Card>
          ) : (
            <Card>
              <ul className="divide-y">
                {hooks.map((hook) => (
                  <li key={hook.deployHookId} className="grid grid-cols-1 gap-2 px-5 py-4">
                    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
                      <h3 className="font-medium">{hook.name}</h3>
                      <p className="mr-auto text-sm text-soft">
                        {hook.lastUsedAt ? (
                          <>
                            used <RelativeTime at={hook.lastUsedAt} />
                          </>
                        ) : (
                          "never used"
                        )}
                      </p>
                      {mayWrite && (
                        <>
                          <Button
                            size="small"
                            aria-label={`New secret for ${hook.name}`}
                            onClick={() => setOpen({ what: "rotate", hook })}
                          >
                            New secret
                          </Button>
                          <Button
                            size="small"
                            className="text-bad"
                            aria-label={`Remove ${hook.name}`}
                            onClick={() => setOpen({ what: "remove", hook })}
                          >
                            Remove
                          </Button>
                        </>
                      )}
                    </div>
                    <CopyField text={hook.url} what="address" />
                  </li>
                ))}
              </ul>
            </Card>
          )
        }
      </Loaded>
      {mayWrite && dialog === "deploy-hook" && (
        <CreateDeployHook environment={environment} onClose={closeDialog} />
      )}
      {open?.what === "rotate" && <RotateDeployHook hook={open.hook} onClose={close} />}
      {open?.what === "remove" && <RemoveDeployHook hook={open.hook} onClose={close} />}
    </Section>
  );
}
