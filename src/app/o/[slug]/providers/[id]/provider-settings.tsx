"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { HowTo } from "@/app/o/[slug]/providers/new/how-to";
import { MethodChoice } from "@/app/o/[slug]/providers/new/method-choice";
import { useDraft } from "@/client/drafts";
import { clientFault } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useProviderCall } from "@/client/provider-call";
import { useTRPC } from "@/client/trpc";
import { secretNames, typeFields, typeIdOf } from "@/client/use-repositories";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import { Field } from "@/ui/field";
import { FieldsForm, type FieldValues } from "@/ui/fields-form";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";
import { SaveRow } from "@/ui/save-row";
import { toastSuccess } from "@/ui/toast";

interface Props {
  provider: GitProvider;
  type: GitProviderType;
}

function storedValues({ provider, type }: Props): FieldValues {
  const own = typeFields(type, provider);
  const fields = Object.values(type.methods).flatMap((method) => method.fields);
  const plain = fields.filter((field) => !field.secret).map(({ name }) => [name, own[name]] as const);
  const shown = plain.filter(([, value]) => value !== null && value !== undefined);
  return {
    ...Object.fromEntries(shown.map(([name, value]) => [name, String(value)])),
    name: provider.name,
    description: provider.description,
    tokenExpiresOn: provider.tokenExpiresOn ?? "",
  };
}

/** Secrets that are there already, by the `has…` marks of the answer. */
function storedSecrets({ provider, type }: Props): string[] {
  const own = typeFields(type, provider);
  const fields = Object.values(type.methods).flatMap((method) => method.fields);
  return fields
    .filter(({ name, secret }) => secret && own[`has${name[0]?.toUpperCase()}${name.slice(1)}`] === true)
    .map((field) => field.name);
}

/** Only what differs is sent; a cleared field is sent as blank text, a blank secret not at all. */
function changesOf(props: Props, method: string, values: FieldValues): Record<string, unknown> {
  const before = storedValues(props);
  const fields = props.type.methods[method]?.fields ?? [];
  const secrets = new Set(fields.filter((field) => field.secret).map((field) => field.name));
  const names = ["name", "description", ...fields.map((field) => field.name)];
  const changed = [...new Set(names)].filter((name) => (values[name] ?? "") !== (before[name] ?? ""));
  const pairs = changed
    .filter((name) => !secrets.has(name) || values[name])
    .map((name) => [name, values[name] ?? ""]);
  return {
    ...Object.fromEntries(pairs),
    ...(method !== props.provider.authMethod && { authMethod: method }),
  };
}

/** Name, address and credential. Saved first, tested by the button on the first tab. */
export function ProviderSettings({ provider, type }: Props) {
  const call = useProviderCall();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [values, setValues, clear, discard] = useDraft(
    "settings",
    () => ({ ...storedValues({ provider, type }), method: provider.authMethod }),
    secretNames(type),
  );
  const { method = provider.authMethod } = values;
  const chosen = type.methods[method];
  const changes = changesOf({ provider, type }, method, values);
  const update = useMutation({
    mutationFn: () => call.mutate(type.type, "update", { ...typeIdOf(type, provider), ...changes }),
    onSuccess: async () => {
      clear();
      toastSuccess("Provider saved");
      await queries.invalidateQueries(trpc.gitProvider.pathFilter());
    },
  });
  const issues = update.error ? clientFault(update.error).issues : {};
  function change(name: string, value: string): void {
    setValues({ [name]: value });
  }
  if (!chosen) return null;
  const names = ["name", "description", ...chosen.fields.map((field) => field.name)];
  return (
    <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <Form onSend={() => update.mutate()} busy={update.isPending}>
        <Field label="Name" error={issues.name}>
          <Input
            value={values.name ?? ""}
            onChange={(event) => change("name", event.target.value)}
            autoComplete="off"
          />
        </Field>
        <Field label="Description" optional error={issues.description}>
          <Input
            value={values.description ?? ""}
            onChange={(event) => change("description", event.target.value)}
            autoComplete="off"
          />
        </Field>
        <MethodChoice type={type} value={method} onChange={(next) => change("method", next)} />
        <FieldsForm
          fields={chosen.fields}
          values={values}
          onChange={change}
          issues={issues}
          stored={storedSecrets({ provider, type })}
        />
        <FormError error={update.error} fields={names} />
        <SaveRow
          verb="Save changes"
          changed={Object.keys(changes).length > 0}
          busy={update.isPending}
          onDiscard={discard}
        />
      </Form>
      <HowTo type={type} method={chosen} values={values} />
    </div>
  );
}
