"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import type { Role as Preset } from "@/access/policy";
import { useGrantable } from "@/app/o/[slug]/settings/members/use-roles";
import { useDraft } from "@/client/drafts";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import { CopyField } from "@/ui/copy-button";
import { CreateFooter } from "@/ui/create-footer";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input, Select } from "@/ui/input";
import { RelativeTime } from "@/ui/relative-time";

const meaning: Record<Preset, string> = {
  viewer: "sees everything, changes nothing",
  developer: "makes and deploys applications",
  admin: "also providers, members and keys",
  owner: "may also remove the organization",
};

function countOf({ length }: readonly unknown[]): string {
  return length === 1 ? "1 permission" : `${length} permissions`;
}

/** Makes an invitation and shows its link, once. */
export function InviteDialog({ onClose }: { onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useId();
  const roles = useGrantable();
  const [{ email = "", role = "" }, change, clear] = useDraft("invite", () => ({
    email: "",
    role: "developer",
  }));
  const invite = useMutation(
    trpc.member.invite.mutationOptions({
      onSuccess: () => {
        clear();
        return queries.invalidateQueries(trpc.member.pathFilter());
      },
    }),
  );
  const made = invite.data;
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      once={made !== undefined}
      title={made ? "Invitation ready" : "Invite member"}
      footer={
        <CreateFooter
          verb="Create invitation"
          form={form}
          made={made?.inviteUrl}
          busy={invite.isPending}
          onClose={onClose}
        />
      }
    >
      {made ? (
        <div className="grid gap-3">
          <p>
            Send this link to {invite.variables.email}. It is shown this once and expires{" "}
            <RelativeTime at={made.expiresAt} />.
          </p>
          <CopyField text={made.inviteUrl} what="invitation link" />
        </div>
      ) : (
        <Form focus="email" id={form} busy={invite.isPending} onSend={() => invite.mutate({ email, role })}>
          <Field label="E-mail address" error={issueOf(invite.error, "email")}>
            <Input
              name="email"
              type="email"
              autoComplete="off"
              value={email}
              onChange={(event) => change({ email: event.target.value })}
              required
            />
          </Field>
          <Field label="Role" error={issueOf(invite.error, "role")}>
            <Select name="role" value={role} onChange={(event) => change({ role: event.target.value })}>
              {roles.map(({ role: value, name, permissions }) => (
                <option key={value} value={value}>
                  {name[0]?.toUpperCase()}
                  {name.slice(1)}: {meaning[value as Preset] ?? countOf(permissions)}
                </option>
              ))}
            </Select>
          </Field>
          <FormError error={invite.error} fields={["email", "role"]} />
        </Form>
      )}
    </Modal>
  );
}
