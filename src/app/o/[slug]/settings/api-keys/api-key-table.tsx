"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { ApiKey } from "@/features/api-key/contract";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { type Column, DataTable } from "@/ui/data-table";
import { RelativeTime } from "@/ui/relative-time";
import { toastSuccess } from "@/ui/toast";

function KeyName({ apiKey }: { apiKey: ApiKey }) {
  return (
    <div>
      <p className="font-medium">{apiKey.name}</p>
      <p className="font-mono text-sm text-soft">
        slw_{apiKey.prefix}_…{apiKey.lastFour}
      </p>
    </div>
  );
}

function Expiry({ at }: { at: string | null }) {
  if (!at) return <span className="text-soft">never</span>;
  return Date.parse(at) < Date.now() ? (
    <Badge tone="warn">expired</Badge>
  ) : (
    <RelativeTime at={at} className="text-soft" />
  );
}

export function ApiKeyTable({ keys }: { keys: ApiKey[] }) {
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const columns: Column<ApiKey>[] = [
    { key: "name", title: "Key", lead: true, cell: (key) => <KeyName apiKey={key} /> },
    { key: "member", title: "Made by", cell: (key) => key.memberName },
    {
      key: "permissions",
      title: "Permissions",
      cell: (key) => <span title={key.permissions.join(", ")}>{key.permissions.length}</span>,
    },
    {
      key: "used",
      title: "Last used",
      cell: (key) =>
        key.lastUsedAt ? (
          <RelativeTime at={key.lastUsedAt} className="text-soft" />
        ) : (
          <span className="text-soft">never</span>
        ),
    },
    { key: "expires", title: "Expires", cell: (key) => <Expiry at={key.expiresAt} /> },
    {
      key: "actions",
      title: "Actions",
      silent: true,
      align: "end",
      cell: (key) => (
        <Button size="small" onClick={() => setRevoking(key)} aria-label={`Revoke ${key.name}`}>
          Revoke
        </Button>
      ),
    },
  ];
  return (
    <>
      <DataTable caption="API keys" columns={columns} rows={keys} rowKey={(key) => key.apiKeyId} />
      {revoking && <RevokeKey apiKey={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function RevokeKey({ apiKey, onClose }: { apiKey: ApiKey; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const revoke = useMutation(
    trpc.apiKey.revoke.mutationOptions({
      onSuccess: () => {
        toastSuccess(`Key ${apiKey.name} revoked`);
        onClose();
      },
      onSettled: () => queries.invalidateQueries(trpc.apiKey.pathFilter()),
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Revoke ${apiKey.name}?`}
      stops={["Every program that calls Slipway with this key, from its next call on"]}
      verb="Revoke key"
      busy={revoke.isPending}
      error={revoke.error ? clientFault(revoke.error).message : undefined}
      onConfirm={() => revoke.mutate({ apiKeyId: apiKey.apiKeyId })}
    >
      This cannot be taken back.
    </ConfirmDialog>
  );
}
