"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { Invitation } from "@/features/member/contract";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { type Column, DataTable } from "@/ui/data-table";
import { RelativeTime } from "@/ui/relative-time";
import { toastError, toastSuccess } from "@/ui/toast";

export function InvitationTable(props: { invitations: Invitation[]; mayWrite: boolean }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const revoke = useMutation(
    trpc.member.revokeInvite.mutationOptions({
      onSuccess: () => toastSuccess("Invitation withdrawn"),
      onError: (error) => toastError(clientFault(error).message),
      onSettled: () => queries.invalidateQueries(trpc.member.pathFilter()),
    }),
  );
  const columns: Column<Invitation>[] = [
    {
      key: "email",
      title: "E-mail address",
      lead: true,
      cell: (each) => <span className="font-medium">{each.email}</span>,
    },
    { key: "role", title: "Role", cell: (each) => <span className="capitalize">{each.roleName}</span> },
    {
      key: "expires",
      title: "Expires",
      cell: (each) =>
        each.expired ? (
          <Badge tone="warn">expired</Badge>
        ) : (
          <RelativeTime at={each.expiresAt} className="text-soft" />
        ),
    },
    {
      key: "actions",
      title: "Actions",
      silent: true,
      align: "end",
      cell: (each) =>
        props.mayWrite && (
          <Button
            size="small"
            busy={revoke.isPending && revoke.variables.invitationId === each.invitationId}
            aria-label={`Withdraw the invitation of ${each.email}`}
            onClick={() => revoke.mutate({ invitationId: each.invitationId })}
          >
            Withdraw
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      caption="Pending invitations"
      columns={columns}
      rows={props.invitations}
      rowKey={(each) => each.invitationId}
    />
  );
}
