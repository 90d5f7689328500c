"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import type { Permission } from "@/access/policy";
import { chosenIn, PermissionCheckboxes } from "@/app/o/[slug]/settings/permission-checkboxes";
import { useDraft } from "@/client/drafts";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useMe } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { Role } from "@/features/role/contract";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";
import { toastSuccess } from "@/ui/toast";

function useSave(role: Role | null, onClose: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const onSuccess = ({ name }: Role) => {
    toastSuccess(`Role ${name} saved`);
    void queries.invalidateQueries(trpc.role.pathFilter());
    void queries.invalidateQueries(trpc.member.pathFilter());
    onClose();
  };
  const create = useMutation(trpc.role.create.mutationOptions({ onSuccess }));
  const update = useMutation(trpc.role.update.mutationOptions({ onSuccess }));
  return {
    busy: create.isPending || update.isPending,
    error: role ? update.error : create.error,
    save: (name: string, permissions: Permission[]) =>
      role ? update.mutate({ roleId: role.role, name, permissions }) : create.mutate({ name, permissions }),
  };
}

/** Makes a role, or changes the one that is given. */
export function RoleDialog({ role, onClose }: { role: Role | null; onClose(): void }) {
  const form = useId();
  const own = useMe()?.permissions ?? [];
  const [values, change, clear] = useDraft(`role ${role?.role ?? ""}`, () => ({
    name: role?.name ?? "",
    permissions: role?.permissions.join(" ") ?? "",
  }));
  const { name = "" } = values;
  const chosen = chosenIn(values, own);
  const { save, busy, error } = useSave(role, () => {
    clear();
    onClose();
  });
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={role ? `Edit ${role.name}` : "Create role"}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form} busy={busy} disabled={chosen.size === 0}>
            {role ? "Save role" : "Create role"}
          </Button>
        </>
      }
    >
      <Form focus="name" id={form} busy={busy} onSend={() => save(name, [...chosen])}>
        <Field label="Name" error={issueOf(error, "name")}>
          <Input
            name="name"
            value={name}
            onChange={(event) => change({ name: event.target.value })}
            maxLength={100}
            autoComplete="off"
            required
          />
        </Field>
        <PermissionCheckboxes
          own={own}
          chosen={chosen}
          onChange={(next) => change({ permissions: [...next].join(" ") })}
        />
        <FormError error={error} fields={["name"]} />
      </Form>
    </Modal>
  );
}
