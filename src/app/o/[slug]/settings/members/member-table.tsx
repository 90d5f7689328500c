"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useGrantable } from "@/app/o/[slug]/settings/members/use-roles";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { Member } from "@/features/member/contract";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { type Column, DataTable } from "@/ui/data-table";
import { Initial } from "@/ui/initial";
import { Select } from "@/ui/input";
import { RelativeTime } from "@/ui/relative-time";
import { toastError, toastSuccess } from "@/ui/toast";

function Person({ member }: { member: Member }) {
  return (
    <div className="flex items-center gap-3">
      <Initial name={member.name} round />
      <div className="min-w-0">
        <p className="font-medium">
          {member.name} {member.you && <Badge className="ml-1">you</Badge>}
        </p>
        <p className="text-sm text-soft">{member.email}</p>
      </div>
    </div>
  );
}

function RoleCell({ member, mayWrite }: { member: Member; mayWrite: boolean }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const roles = useGrantable();
  const update = useMutation(
    trpc.member.updateRole.mutationOptions({
      onSuccess: (changed) => toastSuccess(`${changed.name} is now ${changed.roleName}`),
      onError: (error) => toastError(clientFault(error).message),
      onSettled: () => queries.invalidateQueries(trpc.member.pathFilter()),
    }),
  );
  const mayChange = mayWrite && roles.some(({ role }) => role === member.role);
  if (!mayChange) return <span className="capitalize">{member.roleName}</span>;
  return (
    <Select
      aria-label={`Role of ${member.name}`}
      className="w-36 capitalize"
      value={update.isPending ? update.variables.role : member.role}
      disabled={update.isPending}
      onChange={(event) => update.mutate({ memberId: member.memberId, role: event.target.value })}
    >
      {roles.map(({ role, name }) => (
        <option key={role} value={role} className="capitalize">
          {name}
        </option>
      ))}
    </Select>
  );
}

export function MemberTable({ members, mayWrite }: { members: Member[]; mayWrite: boolean }) {
  const [leaving, setLeaving] = useState<Member | null>(null);
  const columns: Column<Member>[] = [
    { key: "person", title: "Person", lead: true, cell: (member) => <Person member={member} /> },
    { key: "role", title: "Role", cell: (member) => <RoleCell member={member} mayWrite={mayWrite} /> },
    {
      key: "joined",
      title: "Joined",
      cell: (member) => <RelativeTime at={member.createdAt} className="text-soft" />,
    },
    {
      key: "actions",
      title: "Actions",
      silent: true,
      align: "end",
      cell: (member) =>
        mayWrite &&
        !member.you && (
          <Button size="small" onClick={() => setLeaving(member)} aria-label={`Remove ${member.name}`}>
            Remove
          </Button>
        ),
    },
  ];
  return (
    <>
      <DataTable caption="Members" columns={columns} rows={members} rowKey={(member) => member.memberId} />
      {leaving && <RemoveMember member={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}

function RemoveMember({ member, onClose }: { member: Member; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const remove = useMutation(
    trpc.member.remove.mutationOptions({
      onSuccess: () => {
        toastSuccess(`${member.name} removed`);
        onClose();
      },
      onSettled: () => queries.invalidateQueries(trpc.member.pathFilter()),
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${member.name}?`}
      stops={[`${member.name}'s access to this organization`, "All API keys they made here"]}
      verb="Remove member"
      busy={remove.isPending}
      error={remove.error ? clientFault(remove.error).message : undefined}
      onConfirm={() => remove.mutate({ memberId: member.memberId })}
    >
      Providers and applications they made stay.
    </ConfirmDialog>
  );
}
