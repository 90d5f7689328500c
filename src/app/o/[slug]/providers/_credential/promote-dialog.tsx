"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { useDraft } from "@/client/drafts";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { nameOfProvider } from "@/client/provider-name";
import { useTRPC } from "@/client/trpc";
import type { GitProvider } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";
import { toastSuccess } from "@/ui/toast";

/** Asks for the name that everyone will see. */
export function PromoteDialog({ provider, onClose }: { provider: GitProvider; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useId();
  const [{ name = "" }, change, clear] = useDraft(`share ${provider.gitProviderId}`, () => ({
    name: nameOfProvider(provider),
  }));
  const promote = useMutation(
    trpc.gitProvider.promote.mutationOptions({
      onSuccess: async (shared) => {
        clear();
        toastSuccess(`${shared.name} is shared now`);
        onClose();
        await queries.invalidateQueries(trpc.gitProvider.pathFilter());
      },
    }),
  );
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title="Share with the organization?"
      description="Every member may then choose repositories with this credential, as their role allows. It stays when the application is removed."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form} busy={promote.isPending}>
            Share provider
          </Button>
        </>
      }
    >
      <Form
        id={form}
        focus="name"
        busy={promote.isPending}
        onSend={() => promote.mutate({ gitProviderId: provider.gitProviderId, name })}
      >
        <Field label="Name" error={issueOf(promote.error, "name")}>
          <Input
            name="name"
            value={name}
            autoComplete="off"
            onChange={(event) => change({ name: event.target.value })}
          />
        </Field>
        <FormError error={promote.error} fields={["name"]} />
      </Form>
    </Modal>
  );
}
