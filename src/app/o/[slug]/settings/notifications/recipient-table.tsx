"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Mail, Webhook } from "lucide-react";
import { useState } from "react";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { NotificationRecipient } from "@/features/notification/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { type Column, DataTable } from "@/ui/data-table";
import { RelativeTime } from "@/ui/relative-time";
import { toastSuccess } from "@/ui/toast";

const kinds = { email: { icon: Mail, word: "E-mail" }, webhook: { icon: Webhook, word: "Webhook" } };

function Kind({ kind }: Pick<NotificationRecipient, "kind">) {
  const { icon: Icon, word } = kinds[kind];
  return (
    <span className="inline-flex items-center gap-2">
      <Icon className="size-4 text-soft" aria-hidden="true" />
      {word}
    </span>
  );
}

export function RecipientTable({ recipients }: { recipients: NotificationRecipient[] }) {
  const trpc = useTRPC();
  const [removing, setRemoving] = useState<NotificationRecipient | null>(null);
  const test = useMutation(
    trpc.notificationRecipient.test.mutationOptions({ onSuccess: () => toastSuccess("The test was sent") }),
  );
  const tested = recipients.find(
    ({ notificationRecipientId }) => notificationRecipientId === test.variables?.notificationRecipientId,
  );
  const columns: Column<NotificationRecipient>[] = [
    {
      key: "address",
      title: "Address",
      lead: true,
      cell: ({ address }) => <span className="break-all font-medium">{address}</span>,
    },
    { key: "kind", title: "Kind", cell: ({ kind }) => <Kind kind={kind} /> },
    {
      key: "created",
      title: "Added",
      cell: ({ createdAt }) => <RelativeTime at={createdAt} className="text-soft" />,
    },
    {
      key: "actions",
      title: "Actions",
      silent: true,
      align: "end",
      cell: (recipient) => (
        <span className="inline-flex gap-2">
          <Button
            size="small"
            busy={test.isPending && tested === recipient}
            onClick={() => test.mutate({ notificationRecipientId: recipient.notificationRecipientId })}
            aria-label={`Send a test to ${recipient.address}`}
          >
            Send test
          </Button>
          <Button
            size="small"
            onClick={() => setRemoving(recipient)}
            aria-label={`Remove ${recipient.address}`}
          >
            Remove
          </Button>
        </span>
      ),
    },
  ];
  return (
    <>
      {test.error && tested && (
        <Alert tone="bad" title={`The test did not reach ${tested.address}`}>
          {clientFault(test.error).message}
        </Alert>
      )}
      <DataTable
        caption="Recipients of notifications"
        columns={columns}
        rows={recipients}
        rowKey={({ notificationRecipientId }) => notificationRecipientId}
      />
      {removing && <RemoveRecipient recipient={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function RemoveRecipient({ recipient, onClose }: { recipient: NotificationRecipient; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const remove = useMutation(
    trpc.notificationRecipient.remove.mutationOptions({
      onSuccess: () => {
        toastSuccess("Address removed");
        onClose();
      },
      onSettled: () => queries.invalidateQueries(trpc.notificationRecipient.pathFilter()),
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Tell this address nothing more?"
      stops={[`Notifications to ${recipient.address}, also those that wait to be sent`]}
      verb="Remove address"
      busy={remove.isPending}
      error={remove.error ? clientFault(remove.error).message : undefined}
      onConfirm={() => remove.mutate({ notificationRecipientId: recipient.notificationRecipientId })}
    />
  );
}
