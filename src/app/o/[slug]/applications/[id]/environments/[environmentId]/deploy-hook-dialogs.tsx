"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { useDraft } from "@/client/drafts";
import { clientFault, issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import type { CreatedDeployHook, DeployHook } from "@/features/deploy-hook/contract";
import type { Environment } from "@/features/environment/contract";
import { Alert } from "@/ui/alert";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { CopyField } from "@/ui/copy-button";
import { CreateFooter } from "@/ui/create-footer";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";
import { toastSuccess } from "@/ui/toast";

/** How to call a deploy hook, with the secret that is shown this once. */
function Secret({ hook }: { hook: CreatedDeployHook }) {
  const command = `curl -X POST -H "Authorization: Bearer $SECRET" ${hook.url}`;
  return (
    <div className="grid gap-4">
      <div className="grid gap-1.5">
        <p className="font-medium">Secret</p>
        <CopyField text={hook.secret} what="secret" />
      </div>
      <div className="grid gap-1.5">
        <p className="font-medium">Call it</p>
        <CopyField text={command} what="command" />
        <p className="text-sm text-soft">
          A JSON body such as <code className="font-mono">{`{"ref": "main"}`}</code> names a branch, or a tag,
          that fits the rules. Without one the branch of the environment is deployed.
        </p>
      </div>
      <Alert tone="warn">The secret is shown this once.</Alert>
    </div>
  );
}

/** Makes a deploy hook and shows its secret, once. */
export function CreateDeployHook({ environment, onClose }: { environment: Environment; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useId();
  const { environmentId } = environment;
  const [values, change, clear] = useDraft(`deploy hook ${environmentId}`, () => ({ name: "" }));
  const create = useMutation(
    trpc.deployHook.create.mutationOptions({
      onSuccess: () => {
        clear();
        return queries.invalidateQueries(trpc.deployHook.pathFilter());
      },
    }),
  );
  const made = create.data;
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      once={made !== undefined}
      title={made ? "Copy the secret now" : `Create a deploy hook of ${environment.name}`}
      footer={
        <CreateFooter
          verb="Create deploy hook"
          form={form}
          made={made?.secret}
          busy={create.isPending}
          onClose={onClose}
        />
      }
    >
      {made ? (
        <Secret hook={made} />
      ) : (
        <Form
          id={form}
          focus="name"
          busy={create.isPending}
          onSend={() => create.mutate({ environmentId, name: values.name ?? "" })}
        >
          <Field
            label="Name"
            help="What will call it, such as the content system."
            error={issueOf(create.error, "name")}
          >
            <Input
              name="name"
              autoComplete="off"
              value={values.name}
              onChange={({ target }) => change({ name: target.value })}
            />
          </Field>
          <FormError error={create.error} fields={["name"]} />
        </Form>
      )}
    </Modal>
  );
}

/** Ask, then make a new secret and show it, once. The former one ends at once. */
export function RotateDeployHook({ hook, onClose }: { hook: DeployHook; onClose(): void }) {
  const trpc = useTRPC();
  const rotate = useMutation(trpc.deployHook.rotate.mutationOptions());
  if (rotate.data)
    return (
      <Modal
        open
        once
        onOpenChange={(open) => !open && onClose()}
        title="Copy the new secret now"
        footer={<CreateFooter verb="" form="" made={rotate.data.secret} busy={false} onClose={onClose} />}
      >
        <Secret hook={rotate.data} />
      </Modal>
    );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Make a new secret for ${hook.name}?`}
      stops={["Every program that calls it with the present secret, from its next call on"]}
      verb="Make a new secret"
      busy={rotate.isPending}
      error={rotate.error ? clientFault(rotate.error).message : undefined}
      onConfirm={() => rotate.mutate({ deployHookId: hook.deployHookId })}
    />
  );
}

export function RemoveDeployHook({ hook, onClose }: { hook: DeployHook; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const remove = useMutation(
    trpc.deployHook.remove.mutationOptions({
      onSuccess: async () => {
        toastSuccess(`${hook.name} removed`);
        onClose();
        await queries.invalidateQueries(trpc.deployHook.pathFilter());
      },
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${hook.name}?`}
      stops={["Every program that calls this address, from its next call on"]}
      verb="Remove deploy hook"
      busy={remove.isPending}
      error={remove.error ? clientFault(remove.error).message : undefined}
      onConfirm={() => remove.mutate({ deployHookId: hook.deployHookId })}
    />
  );
}
