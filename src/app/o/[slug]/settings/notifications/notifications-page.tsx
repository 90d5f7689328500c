"use client";
import { useQuery } from "@tanstack/react-query";
import { BellRing, Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { RecipientTable } from "@/app/o/[slug]/settings/notifications/recipient-table";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { NotificationRecipientList } from "@/features/notification/contract";
import { useAddressDialog } from "@/ui/address-state";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";

const AddRecipientDialog = dynamic(() =>
  import("@/app/o/[slug]/settings/notifications/add-recipient-dialog").then(
    (module) => module.AddRecipientDialog,
  ),
);

const hint =
  "Who is notified when a credential ends in 30, 14, 7 and 1 days, when a provider stops working, and when it works again.";

/** Where notifications of the providers go. */
export function NotificationsPage() {
  const mayChange = useMay("organization:write");
  if (mayChange) return <Recipients />;
  return (
    <Section title="Notifications" hint={hint}>
      <EmptyState icon={BellRing} title="Owners and admins decide who is notified">
        What needs attention is on the overview for everyone.
      </EmptyState>
    </Section>
  );
}

function Recipients() {
  const trpc = useTRPC();
  const query = useQuery(trpc.notificationRecipient.list.queryOptions());
  const [dialog, open, close] = useAddressDialog();
  const add = (
    <Button look="primary" onClick={() => open("recipient")}>
      <Plus aria-hidden="true" />
      Add address
    </Button>
  );
  return (
    <Section title="Notifications" hint={hint} actions={query.data?.items.length ? add : undefined}>
      <Loaded query={query}>
        {(list) =>
          list.items.length > 0 ? (
            <div className="grid gap-4">
              <Unsendable list={list} />
              <RecipientTable recipients={list.items} />
            </div>
          ) : (
            <EmptyState icon={BellRing} title="Nobody is notified yet" action={add}>
              Add a mailbox or a webhook, and a credential that ends surprises nobody.
            </EmptyState>
          )
        }
      </Loaded>
      {dialog === "recipient" && query.data && (
        <AddRecipientDialog canMail={query.data.canMail} onClose={close} />
      )}
    </Section>
  );
}

function Unsendable({ list }: { list: NotificationRecipientList }) {
  if (list.canMail || list.items.every(({ kind }) => kind !== "email")) return null;
  return (
    <Alert tone="warn" title="E-mail is not sent">
      SMTP_URL is not set on this instance, so mailboxes get nothing. Ask its administrator to set it.
    </Alert>
  );
}
