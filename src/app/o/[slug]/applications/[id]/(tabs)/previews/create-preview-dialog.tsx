"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { useDraft } from "@/client/drafts";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input, Select } from "@/ui/input";
import { toastSuccess } from "@/ui/toast";

/** A preview of a request or of a branch that gets none by itself. */
export function CreatePreviewDialog(props: { application: Application; onClose(): void }) {
  const { application, onClose } = props;
  const { applicationId } = application;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useId();
  const [values, change, clear] = useDraft("preview", () => ({
    of: "pullRequest",
    pullRequest: "",
    branch: "",
  }));
  const { of, pullRequest = "", branch = "" } = values;
  const isBranch = of === "branch";
  const create = useMutation(
    trpc.preview.create.mutationOptions({
      onSuccess: async (made) => {
        clear();
        toastSuccess(`${made.name} is being deployed`);
        onClose();
        await queries.invalidateQueries(trpc.preview.pathFilter());
      },
    }),
  );
  function send(): void {
    create.mutate({ applicationId, ...(isBranch ? { branch } : { pullRequest: Number(pullRequest) }) });
  }
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title="Create preview"
      description="It is made at once, whatever the settings of previews say."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form} busy={create.isPending}>
            Create preview
          </Button>
        </>
      }
    >
      <Form id={form} focus={isBranch ? "branch" : "pullRequest"} busy={create.isPending} onSend={send}>
        <Field label="Of">
          <Select value={of} onChange={({ target }) => change({ of: target.value })}>
            <option value="pullRequest">A pull or merge request</option>
            <option value="branch">A branch</option>
          </Select>
        </Field>
        {isBranch ? (
          <Field label="Branch" error={issueOf(create.error, "branch")}>
            <Input
              name="branch"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={branch}
              onChange={({ target }) => change({ branch: target.value })}
            />
          </Field>
        ) : (
          <Field label="Number of the request" error={issueOf(create.error, "pullRequest")}>
            <Input
              name="pullRequest"
              type="number"
              inputMode="numeric"
              min={1}
              className="w-32"
              value={pullRequest}
              onChange={({ target }) => change({ pullRequest: target.value })}
            />
          </Field>
        )}
        <FormError error={create.error} fields={["branch", "pullRequest"]} />
      </Form>
    </Modal>
  );
}
