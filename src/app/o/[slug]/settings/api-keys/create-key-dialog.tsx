"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { chosenIn, PermissionCheckboxes } from "@/app/o/[slug]/settings/permission-checkboxes";
import { useDraft } from "@/client/drafts";
import { clientFault, issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useMe } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import { Alert } from "@/ui/alert";
import { CopyField } from "@/ui/copy-button";
import { CreateFooter } from "@/ui/create-footer";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input, Select } from "@/ui/input";

const lifetimes = [
  { days: 30, label: "30 days" },
  { days: 90, label: "90 days" },
  { days: 365, label: "One year" },
  { days: 0, label: "Never" },
];

function expiryOf(days: string | undefined): string | null {
  const count = Number(days);
  return count > 0 ? new Date(Date.now() + count * 86_400_000).toISOString() : null;
}

/** Makes a key and shows it, once. */
export function CreateKeyDialog({ onClose }: { onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useId();
  const own = useMe()?.permissions ?? [];
  const [values, change, clear] = useDraft("key", () => ({
    name: "",
    days: "90",
    permissions: own.filter((permission) => permission.endsWith(":read")).join(" "),
  }));
  const { name = "", days } = values;
  const chosen = chosenIn(values, own);
  const create = useMutation(
    trpc.apiKey.create.mutationOptions({
      onSuccess: () => {
        clear();
        return queries.invalidateQueries(trpc.apiKey.pathFilter());
      },
    }),
  );
  const made = create.data;
  function send(): void {
    create.mutate({ name, permissions: [...chosen], expiresAt: expiryOf(days) });
  }
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      once={made !== undefined}
      title={made ? "Copy the key now" : "Create API key"}
      footer={
        <CreateFooter
          verb="Create key"
          form={form}
          made={made?.key}
          busy={create.isPending}
          disabled={chosen.size === 0}
          onClose={onClose}
        />
      }
    >
      {made ? (
        <div className="grid gap-3">
          <CopyField text={made.key} what="API key" />
          <Alert tone="warn">It is shown this once. Only a digest of it is kept.</Alert>
        </div>
      ) : (
        <Form focus="name" id={form} onSend={send} busy={create.isPending}>
          <Field label="Name" help="What will use it, such as CI." error={issueOf(create.error, "name")}>
            <Input
              name="name"
              autoComplete="off"
              value={name}
              onChange={(event) => change({ name: event.target.value })}
              required
            />
          </Field>
          <Field label="Expires after" error={issueOf(create.error, "expiresAt")}>
            <Select name="days" value={days} onChange={(event) => change({ days: event.target.value })}>
              {lifetimes.map(({ days: value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
          <PermissionCheckboxes
            own={own}
            chosen={chosen}
            onChange={(next) => change({ permissions: [...next].join(" ") })}
          />
          {create.error && clientFault(create.error).issues.permissions && (
            <Alert tone="bad">{clientFault(create.error).issues.permissions}</Alert>
          )}
          <FormError error={create.error} fields={["name", "expiresAt", "permissions"]} />
        </Form>
      )}
    </Modal>
  );
}
