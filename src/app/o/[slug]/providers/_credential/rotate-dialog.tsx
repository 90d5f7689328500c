"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { generationOf } from "@/app/o/[slug]/providers/_credential/pending-key";
import { RotationVerdict } from "@/app/o/[slug]/providers/_credential/rotation-verdict";
import { useDraft } from "@/client/drafts";
import { clientFault } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import { typeFields } from "@/client/use-repositories";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { FieldsForm } from "@/ui/fields-form";
import { Form } from "@/ui/form";
import { toastSuccess } from "@/ui/toast";

/** The secret fields of an auth method and its expiry date; for a method other than the present one, all its fields. */
function fieldsOf(type: GitProviderType, provider: GitProvider, method: string) {
  const all = type.methods[method]?.fields ?? [];
  const secrets = all.filter((field) => field.secret);
  const own = typeFields(type, provider);
  const changes = method !== provider.authMethod;
  const asked = all.filter(
    ({ name, secret, required }) =>
      secret || name === "tokenExpiresOn" || (changes && required && !own[name]),
  );
  return asked.map((field) => ({
    ...field,
    advanced: false,
    required: field.secret ? secrets.length === 1 && !field.generates : changes && field.required,
  }));
}

/** Try a new secret on every repository in use, then swap it for the stored one. */
export function RotateDialog(props: {
  provider: GitProvider;
  type: GitProviderType;
  /** An auth method to change to. */
  method?: string;
  onClose(): void;
  /** A key was generated; the provider's page shows it until it is in use. */
  onMade?(): void;
}) {
  const { provider, type, onClose } = props;
  const method = props.method ?? provider.authMethod;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useId();
  const fields = fieldsOf(type, provider, method);
  const [values, setValues, clear] = useDraft(
    `rotate ${provider.gitProviderId} ${method}`,
    () => ({}),
    new Set(fields.filter((field) => field.secret).map((field) => field.name)),
  );
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
  const hasSecret = fields.some((field) => field.secret && given[field.name]);
  const authMethod = props.method ? { authMethod: props.method } : {};
  const making = hasSecret || props.method ? null : generationOf(type, method);
  const input = { ...given, ...making, ...authMethod, gitProviderId: provider.gitProviderId };
  const swap = useMutation(
    trpc.gitProvider.rotate.mutationOptions({
      onSuccess: async (result) => {
        if (!result.rotated && !result.pendingKey) return;
        clear();
        toastSuccess(
          result.pendingKey ? "A new key was made: add it on the server" : "The new credential is in use",
        );
        onClose();
        if (result.pendingKey) props.onMade?.();
        await queries.invalidateQueries(trpc.gitProvider.pathFilter());
      },
    }),
  );
  const tried = useMutation(trpc.gitProvider.rotate.mutationOptions());
  const result = swap.data?.pendingKey ? null : (swap.data ?? tried.data);
  const works = tried.data?.repositories.every((each) => each.reachable) ?? false;
  const error = swap.error ?? tried.error;
  function change(name: string, value: string): void {
    tried.reset();
    swap.reset();
    setValues({ [name]: value });
  }
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Replace the credential of ${provider.name}`}
      description="The stored one stays in use until the new one has read every repository that applications deploy from."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            type="submit"
            form={form}
            busy={tried.isPending || swap.isPending}
            disabled={!(hasSecret || making) || (tried.data && !works)}
          >
            {making ? "Make a new key" : works ? "Replace now" : "Check the new one"}
          </Button>
        </>
      }
    >
      <Form
        id={form}
        focus={fields[0]?.name}
        busy={tried.isPending || swap.isPending}
        onSend={() => (works || making ? swap.mutate(input) : tried.mutate({ ...input, dryRun: true }))}
      >
        <FieldsForm
          fields={fields}
          values={values}
          onChange={change}
          issues={error ? clientFault(error).issues : {}}
        />
        <FormError error={error} fields={fields.map((field) => field.name)} />
        {result && (
          <div className="grid gap-3" aria-live="polite">
            <RotationVerdict result={result} />
          </div>
        )}
      </Form>
    </Modal>
  );
}
