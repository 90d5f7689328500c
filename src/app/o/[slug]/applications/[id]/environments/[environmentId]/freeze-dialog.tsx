"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { useDraft } from "@/client/drafts";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import type { Environment } from "@/features/environment/contract";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";
import { toastSuccess } from "@/ui/toast";

export function FreezeDialog({ environment, onClose }: { environment: Environment; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useId();
  const { environmentId, name } = environment;
  const [values, change, clear] = useDraft(`freeze ${environmentId}`, () => ({ reason: "" }));
  const freeze = useMutation(
    trpc.environment.update.mutationOptions({
      onSuccess: async () => {
        clear();
        toastSuccess(`${name} is frozen`);
        onClose();
        await queries.invalidateQueries(trpc.application.pathFilter());
      },
    }),
  );
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Freeze ${name}?`}
      description="What is live stays. Pushes are kept in the inbox with your reason and can be replayed later."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form} busy={freeze.isPending}>
            Freeze
          </Button>
        </>
      }
    >
      <Form
        id={form}
        focus="reason"
        busy={freeze.isPending}
        onSend={() => freeze.mutate({ environmentId, frozen: { reason: values.reason ?? "" } })}
      >
        <Field
          label="Reason"
          help="Shown to everybody who wonders why nothing is deployed."
          error={issueOf(freeze.error, "frozen.reason")}
        >
          <Input
            name="reason"
            placeholder="Sale until Monday"
            autoComplete="off"
            value={values.reason}
            maxLength={200}
            onChange={({ target }) => change({ reason: target.value })}
          />
        </Field>
        <FormError error={freeze.error} fields={["frozen"]} />
      </Form>
    </Modal>
  );
}
