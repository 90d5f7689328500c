"use client";
import { useQuery } from "@tanstack/react-query";
import { BuildSettings } from "@/app/o/[slug]/applications/[id]/(tabs)/settings/build-settings";
import { DedicatedCredential } from "@/app/o/[slug]/applications/[id]/(tabs)/settings/dedicated-credential";
import { GeneralSettings } from "@/app/o/[slug]/applications/[id]/(tabs)/settings/general-settings";
import { RemoveApplication } from "@/app/o/[slug]/applications/[id]/(tabs)/settings/remove-application";
import { RepositorySettings } from "@/app/o/[slug]/applications/[id]/(tabs)/settings/repository-settings";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";

export function ApplicationSettings(props: { applicationId: string; sitesUrl: string; commands: boolean }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.application.one.queryOptions({ applicationId: props.applicationId }));
  const disabled = !useMay("application:write");
  const mayRemove = useMay("application:delete");
  return (
    <Loaded query={query}>
      {(application) => (
        <div className="grid max-w-2xl grid-cols-1 gap-10">
          <GeneralSettings application={application} sitesUrl={props.sitesUrl} disabled={disabled} />
          <RepositorySettings application={application} disabled={disabled} />
          <DedicatedCredential application={application} />
          <BuildSettings application={application} commands={props.commands} disabled={disabled} />
          {mayRemove && <RemoveApplication application={application} />}
        </div>
      )}
    </Loaded>
  );
}
