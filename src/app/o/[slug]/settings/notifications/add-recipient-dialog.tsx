"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { useDraft } from "@/client/drafts";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import type { NotificationRecipient } from "@/features/notification/contract";
import { Alert } from "@/ui/alert";
import { CopyField } from "@/ui/copy-button";
import { CreateFooter } from "@/ui/create-footer";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input, Select } from "@/ui/input";

type Kind = NotificationRecipient["kind"];

const fields = {
  email: {
    label: "E-mail address",
    type: "email",
    placeholder: "ops@example.com",
    help: "A shared mailbox outlives people who leave.",
  },
  webhook: {
    label: "URL",
    type: "url",
    placeholder: "https://example.com/hooks/slipway",
    help: "It is called with POST and a signed JSON body.",
  },
} as const;

/** The URL of a webhook is often a secret itself, as with chat services. */
const secrets: ReadonlySet<string> = new Set(["webhook"]);

/** Adds a mailbox or a URL; of a URL it shows the signing secret, once. */
export function AddRecipientDialog({ canMail, onClose }: { canMail: boolean; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useId();
  const [values, change, clear] = useDraft(
    "recipient",
    () => ({ kind: canMail ? "email" : "webhook", email: "", webhook: "" }),
    secrets,
  );
  const kind: Kind = values.kind === "email" && canMail ? "email" : "webhook";
  const { [kind]: address = "" } = values;
  const create = useMutation(
    trpc.notificationRecipient.create.mutationOptions({
      onSuccess: async ({ signingSecret }) => {
        clear();
        await queries.invalidateQueries(trpc.notificationRecipient.pathFilter());
        if (!signingSecret) onClose();
      },
    }),
  );
  const secret = create.data?.signingSecret;
  const { label, type, placeholder, help } = fields[kind];
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      once={Boolean(secret)}
      title={secret ? "Copy the signing secret now" : "Add address"}
      footer={
        <CreateFooter
          verb="Add address"
          form={form}
          made={secret ?? undefined}
          busy={create.isPending}
          onClose={onClose}
        />
      }
    >
      {secret ? (
        <div className="grid gap-3">
          <CopyField text={secret} what="signing secret" />
          <Alert tone="warn">
            It is shown this once. With it the receiver checks that a call comes from here: webhook-signature,
            as Standard Webhooks has it.
          </Alert>
        </div>
      ) : (
        <Form
          focus="address"
          id={form}
          onSend={() => create.mutate({ kind, address })}
          busy={create.isPending}
        >
          <Field label="Send by" help={canMail ? undefined : "E-mail needs SMTP_URL on this instance."}>
            <Select name="kind" value={kind} onChange={(event) => change({ kind: event.target.value })}>
              <option value="email" disabled={!canMail}>
                E-mail
              </option>
              <option value="webhook">Webhook</option>
            </Select>
          </Field>
          <Field key={kind} label={label} help={help} error={issueOf(create.error, "address")}>
            <Input
              name="address"
              type={type}
              placeholder={placeholder}
              autoComplete="off"
              value={address}
              onChange={(event) => change({ [kind]: event.target.value })}
              required
            />
          </Field>
          <FormError error={create.error} fields={["address"]} />
        </Form>
      )}
    </Modal>
  );
}
