"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { DraftForm } from "@/client/draft-form";
import { clientFault, issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useMay, useMe } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { RemovalReport } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { toastSuccess } from "@/ui/toast";

const RemovalReportDialog = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/removal-report-dialog").then(
    (module) => module.RemovalReportDialog,
  ),
);

interface Gone {
  name: string;
  report: RemovalReport;
}

function leave(): void {
  window.location.assign("/");
}

export function OrganizationSettings() {
  const [gone, setGone] = useState<Gone | null>(null);
  const organization = useMe()?.organization;
  const mayRename = useMay("organization:write");
  const mayRemove = useMay("organization:delete");
  // The removal report stays visible when a refetch finds that the organization is gone.
  if (gone)
    return <RemovalReportDialog title={`${gone.name} is removed`} report={gone.report} onClose={leave} />;
  if (!organization) return null;
  return (
    <div className="grid max-w-2xl gap-10">
      <Rename key={organization.name} name={organization.name} disabled={!mayRename} />
      <DangerZone name={organization.name} mayRemove={mayRemove} onGone={setGone} />
    </div>
  );
}

function Rename({ name, disabled }: { name: string; disabled: boolean }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const update = useMutation(
    trpc.organization.update.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries(trpc.user.me.pathFilter());
        await queries.invalidateQueries(trpc.organization.pathFilter());
        toastSuccess("Organization renamed");
      },
    }),
  );
  return (
    <Section title="Organization">
      <Card className="p-5">
        <DraftForm
          draft="name"
          sent={update.isSuccess}
          onSend={(values) => update.mutate({ name: values.name ?? "" })}
          busy={update.isPending}
        >
          <Field
            label="Name"
            error={issueOf(update.error, "name")}
            help={disabled ? "Owners and admins may change it." : undefined}
          >
            <Input name="name" defaultValue={name} disabled={disabled} autoComplete="off" required />
          </Field>
          <FormError error={update.error} fields={["name"]} />
          {!disabled && (
            <Button type="submit" look="primary" className="justify-self-start" busy={update.isPending}>
              Save name
            </Button>
          )}
        </DraftForm>
      </Card>
    </Section>
  );
}

interface DangerZoneProps {
  name: string;
  mayRemove: boolean;
  onGone(gone: Gone): void;
}

function DangerZone({ name, mayRemove, onGone }: DangerZoneProps) {
  const trpc = useTRPC();
  const [asking, setAsking] = useState<"leave" | "remove" | null>(null);
  const leaving = useMutation(trpc.member.leave.mutationOptions({ onSuccess: leave }));
  const remove = useMutation(
    trpc.organization.remove.mutationOptions({
      onSuccess: (report) => (report.left.length > 0 ? onGone({ name, report }) : leave()),
    }),
  );
  const close = (open: boolean) => !open && setAsking(null);
  return (
    <Section title="Danger zone">
      <Card className="divide-y">
        <Row
          title="Leave this organization"
          text="Your API keys here stop working. What you connected and made stays."
          verb="Leave"
          onClick={() => setAsking("leave")}
        />
        {mayRemove && (
          <Row
            title="Remove this organization"
            text="Removes its providers, applications, deployments, sites and members for good."
            verb="Remove organization"
            onClick={() => setAsking("remove")}
          />
        )}
      </Card>
      <ConfirmDialog
        open={asking === "leave"}
        onOpenChange={close}
        title={`Leave ${name}?`}
        stops={["Your API keys of this organization", "Your access to its providers, applications and sites"]}
        verb="Leave"
        busy={leaving.isPending}
        error={leaving.error ? clientFault(leaving.error).message : undefined}
        onConfirm={() => leaving.mutate()}
      />
      <ConfirmDialog
        open={asking === "remove"}
        onOpenChange={close}
        title={`Remove ${name}?`}
        stops={[
          "All published sites of this organization",
          "All providers, with their stored credentials",
          "All applications, environments, deployments and logs",
          "All members' access and all API keys",
        ]}
        typeToConfirm={name}
        verb="Remove organization"
        busy={remove.isPending}
        error={remove.error ? clientFault(remove.error).message : undefined}
        onConfirm={() => remove.mutate({ name })}
      >
        This cannot be taken back.
      </ConfirmDialog>
    </Section>
  );
}

function Row(props: { title: string; text: string; verb: string; onClick(): void }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-4 p-5">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">{props.title}</p>
        <p className="text-soft">{props.text}</p>
      </div>
      <Button className="text-bad" onClick={props.onClick}>
        {props.verb}
      </Button>
    </div>
  );
}
