"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Permission } from "@/access/policy";
import { useGrantable } from "@/app/o/[slug]/settings/members/use-roles";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { Role } from "@/features/role/contract";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { type Column, DataTable } from "@/ui/data-table";
import { toastSuccess } from "@/ui/toast";

const subjects: Record<string, string> = {
  provider: "Providers",
  application: "Applications",
  deployment: "Deployments",
  webhook: "Webhooks",
  credential: "Credentials",
  member: "Members",
  apiKey: "API keys",
  audit: "Audit",
  organization: "Organization",
};

export function RoleTable(props: { roles: Role[]; mayWrite: boolean; onEdit(role: Role): void }) {
  const [leaving, setLeaving] = useState<Role | null>(null);
  const grantable = new Set(useGrantable().map(({ role }) => role));
  const columns: Column<Role>[] = [
    { key: "name", title: "Role", lead: true, cell: (each) => <RoleName role={each} /> },
    {
      key: "permissions",
      title: "May do",
      cell: ({ permissions }) => (
        <ul className="flex max-w-xl flex-wrap gap-x-4 text-soft">
          {bySubject(permissions).map(({ subject, verbs }) => (
            <li key={subject}>
              {subject}: <span className="text-ink">{verbs.join(", ")}</span>
            </li>
          ))}
        </ul>
      ),
    },
    { key: "members", title: "Members", align: "end", cell: ({ memberCount }) => memberCount },
    {
      key: "actions",
      title: "Actions",
      silent: true,
      align: "end",
      cell: (each) =>
        props.mayWrite &&
        !each.preset &&
        grantable.has(each.role) && (
          <span className="inline-flex gap-2">
            <Button size="small" aria-label={`Edit ${each.name}`} onClick={() => props.onEdit(each)}>
              Edit
            </Button>
            <Button size="small" aria-label={`Remove ${each.name}`} onClick={() => setLeaving(each)}>
              Remove
            </Button>
          </span>
        ),
    },
  ];
  return (
    <>
      <DataTable caption="Roles" columns={columns} rows={props.roles} rowKey={({ role }) => role} />
      {leaving && <RemoveRole role={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}

/** `provider:read`, `provider:write` as "Providers: read, write". */
function bySubject(permissions: readonly Permission[]): { subject: string; verbs: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const permission of permissions) {
    const [subject = "", verb = ""] = permission.split(":");
    groups.set(subject, [...(groups.get(subject) ?? []), verb]);
  }
  return [...groups].map(([subject, verbs]) => ({ subject: subjects[subject] ?? subject, verbs }));
}

function RoleName({ role: { name, preset } }: { role: Role }) {
  if (!preset) return <span className="font-medium">{name}</span>;
  return (
    <span className="inline-flex items-center gap-2 font-medium whitespace-nowrap capitalize">
      {name} <Badge>preset</Badge>
    </span>
  );
}

function RemoveRole({ role, onClose }: { role: Role; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const remove = useMutation(
    trpc.role.remove.mutationOptions({
      onSuccess: () => {
        toastSuccess(`Role ${role.name} removed`);
        onClose();
      },
      onSettled: () => queries.invalidateQueries(trpc.role.pathFilter()),
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove the role ${role.name}?`}
      stops={["Nobody can be given this role any more"]}
      verb="Remove role"
      busy={remove.isPending}
      error={remove.error ? clientFault(remove.error).message : undefined}
      onConfirm={() => remove.mutate({ roleId: role.role })}
    />
  );
}
