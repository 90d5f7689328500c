"use client";
import { useQuery } from "@tanstack/react-query";
import { GitPullRequest, Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { PreviewCard } from "@/app/o/[slug]/applications/[id]/(tabs)/previews/preview-card";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { Preview } from "@/features/preview/contract";
import { useAddressDialog } from "@/ui/address-state";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";

const PreviewSettings = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/(tabs)/previews/preview-settings").then(
    (module) => module.PreviewSettings,
  ),
);
const CreatePreviewDialog = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/(tabs)/previews/create-preview-dialog").then(
    (module) => module.CreatePreviewDialog,
  ),
);

const isMoving = ({ state }: Preview) => state === "deploying" || state === "waiting";

/** The previews of the application's requests, and the rules by which they are made. */
export function Previews({ applicationId }: { applicationId: string }) {
  const trpc = useTRPC();
  const application = useQuery(trpc.application.one.queryOptions({ applicationId }));
  return <Loaded query={application}>{(one) => <Page application={one} />}</Loaded>;
}

function Page({ application }: { application: Application }) {
  const { applicationId } = application;
  const trpc = useTRPC();
  const query = useQuery({
    ...trpc.preview.all.queryOptions({ applicationId }),
    refetchInterval: ({ state }) => (state.data?.items.some(isMoving) ? 1_500 : 4_000),
  });
  const mayRun = useMay("deployment:run");
  const mayWrite = useMay("application:write");
  const [dialog, open, close] = useAddressDialog();
  const { previews: rules } = application;
  const create = mayRun && (
    <Button onClick={() => open("preview")}>
      <Plus aria-hidden="true" />
      Create preview
    </Button>
  );
  return (
    <div className="grid grid-cols-1 gap-10">
      <Section
        title="Previews"
        hint="An environment of its own for each pull or merge request; it goes when the request is closed."
        actions={query.data && query.data.items.length > 0 && create}
      >
        <Loaded query={query}>
          {({ items, withoutRequest }) => (
            <>
              {withoutRequest > 0 && (
                <Alert tone="warn">
                  {withoutRequest === 1
                    ? "The request of one preview is gone at the host. The preview is removed within the hour."
                    : `The requests of ${withoutRequest} previews are gone at the host. The previews are removed within the hour.`}
                </Alert>
              )}
              {items.length > 0 ? (
                <ul className="grid grid-cols-1 gap-3">
                  {items.map((preview) => (
                    <PreviewCard key={preview.environmentId} preview={preview} mayRun={mayRun} />
                  ))}
                </ul>
              ) : (
                <NoPreview isOn={rules !== null} mayWrite={mayWrite} action={create} />
              )}
            </>
          )}
        </Loaded>
      </Section>
      {mayWrite && <PreviewSettings application={application} />}
      {mayRun && dialog === "preview" && <CreatePreviewDialog application={application} onClose={close} />}
    </div>
  );
}

function NoPreview(props: { isOn: boolean; mayWrite: boolean; action: React.ReactNode }) {
  return (
    <EmptyState
      icon={GitPullRequest}
      title={props.isOn ? "No open request has a preview" : "Previews are off"}
      action={props.action}
    >
      {props.isOn && "The next request that fits the settings below gets one by itself."}
      {!props.isOn &&
        (props.mayWrite
          ? "Switch them on below, and every pull or merge request gets a site of its own with a comment that links to it."
          : "Somebody who may change the application can switch them on.")}
    </EmptyState>
  );
}
