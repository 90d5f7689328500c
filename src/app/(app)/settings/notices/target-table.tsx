"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Mail, Webhook } from "lucide-react";
import { useState } from "react";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { NoticeTarget } from "@/features/notice/contract";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { type Column, DataTable } from "@/ui/data-table";
import { Notice } from "@/ui/notice";
import { RelativeTime } from "@/ui/relative-time";
import { say } from "@/ui/toast";

const kinds = { email: { icon: Mail, word: "E-mail" }, webhook: { icon: Webhook, word: "Webhook" } };

function Kind({ kind }: Pick<NoticeTarget, "kind">) {
  const { icon: Icon, word } = kinds[kind];
  return (
    <span className="inline-flex items-center gap-2">
      <Icon className="size-4 text-soft" aria-hidden="true" />
      {word}
    </span>
  );
}

export function TargetTable({ targets }: { targets: NoticeTarget[] }) {
  const trpc = useTRPC();
  const [removing, setRemoving] = useState<NoticeTarget | null>(null);
  const test = useMutation(
    trpc.noticeTarget.test.mutationOptions({ onSuccess: () => say("The test was sent") }),
  );
  const tested = targets.find(({ noticeTargetId }) => noticeTargetId === test.variables?.noticeTargetId);
  const columns: Column<NoticeTarget>[] = [
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
      cell: (target) => (
        <span className="inline-flex gap-2">
          <Button
            size="small"
            busy={test.isPending && tested === target}
            onClick={() => test.mutate({ noticeTargetId: target.noticeTargetId })}
            aria-label={`Send a test to ${target.address}`}
          >
            Send test
          </Button>
          <Button size="small" onClick={() => setRemoving(target)} aria-label={`Remove ${target.address}`}>
            Remove
          </Button>
        </span>
      ),
    },
  ];
  return (
    <>
      {test.error && tested && (
        <Notice tone="bad" title={`The test did not reach ${tested.address}`}>
          {clientFault(test.error).message}
        </Notice>
      )}
      <DataTable
        caption="Addresses that are told"
        columns={columns}
        rows={targets}
        rowKey={({ noticeTargetId }) => noticeTargetId}
      />
      {removing && <RemoveTarget target={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function RemoveTarget({ target, onClose }: { target: NoticeTarget; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const remove = useMutation(
    trpc.noticeTarget.remove.mutationOptions({
      onSuccess: () => {
        say("Address removed");
        onClose();
      },
      onSettled: () => queries.invalidateQueries(trpc.noticeTarget.pathFilter()),
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Tell this address nothing more?"
      stops={[`Notices to ${target.address}, also those that wait to be sent`]}
      verb="Remove address"
      busy={remove.isPending}
      error={remove.error ? clientFault(remove.error).message : undefined}
      onConfirm={() => remove.mutate({ noticeTargetId: target.noticeTargetId })}
    />
  );
}
