"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { RefField } from "@/app/o/[slug]/applications/_source/ref-field";
import { triggerNames } from "@/app/o/[slug]/applications/[id]/_environments/trigger-names";
import {
  changesOf,
  draftOfRows,
  rowsOfDraft,
  type VariableRow,
  VariablesEditor,
} from "@/app/o/[slug]/applications/[id]/_environments/variables-editor";
import { useSource } from "@/app/o/[slug]/applications/[id]/use-source";
import { useDraft } from "@/client/drafts";
import { clientFault } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useTRPC, useTRPCClient } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { Environment } from "@/features/environment/contract";
import { triggers } from "@/features/environment/trigger";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Checkbox, Input, Select } from "@/ui/input";
import { toastSuccess } from "@/ui/toast";

interface Props {
  application: Application;
  /** Absent: a new one. */
  environment?: Environment;
  onClose(): void;
}

function useSave({ application, environment, onClose }: Props, onSaved: () => void) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, ...rest }: EnvironmentInput) =>
      environment
        ? client.environment.update.mutate({ environmentId: environment.environmentId, ...rest })
        : client.environment.create.mutate({ applicationId: application.applicationId, name, ...rest }),
    onSuccess: async ({ name }) => {
      onSaved();
      await queries.invalidateQueries(trpc.application.pathFilter());
      toastSuccess(environment ? `${name} saved` : `${name} added`);
      onClose();
    },
  });
}

interface EnvironmentInput {
  name: string;
  branch: string;
  trigger: Environment["trigger"];
  tagPattern: string | undefined;
  spaFallback: boolean;
  variables: { name: string; value: string | null }[];
}

/** Make or change an environment. Variables are shown by name only. */
export function EnvironmentDialog(props: Props) {
  const { application, environment } = props;
  const form = useId();
  const source = useSource(application);
  const stored = (environment?.variables ?? []).map(({ name }) => name);
  const [values, change, clear] = useDraft(`environment ${environment?.environmentId ?? ""}`, () => ({
    name: "",
    branch: environment?.branch ?? source.defaultBranch ?? "",
    trigger: environment?.trigger ?? "manual",
    tagPattern: environment?.tagPattern ?? "",
    spaFallback: environment?.spaFallback ? "on" : "",
    variables: stored.join(" "),
  }));
  const { name = "", branch = "", tagPattern, spaFallback, variables = "" } = values;
  const trigger = triggers.find((each) => each === values.trigger) ?? "manual";
  // The draft holds the names of the variables; their values are secrets and stay in this dialog.
  const [typed, setTyped] = useState<VariableRow[]>();
  const rows = typed ?? rowsOfDraft(variables, stored);
  const save = useSave(props, clear);
  const issues = save.error ? clientFault(save.error).issues : {};
  function send(): void {
    const changes = changesOf(environment?.variables ?? [], rows);
    const pattern = trigger === "tag" ? tagPattern : undefined;
    const fallback = spaFallback === "on";
    save.mutate({ name, branch, trigger, tagPattern: pattern, spaFallback: fallback, variables: changes });
  }
  return (
    <Modal
      open
      onOpenChange={(open) => !open && props.onClose()}
      title={environment ? `Edit ${environment.name}` : "Add environment"}
      footer={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form} busy={save.isPending}>
            {environment ? "Save changes" : "Add environment"}
          </Button>
        </>
      }
    >
      <Form id={form} focus={environment ? undefined : "name"} busy={save.isPending} onSend={send}>
        {!environment && (
          <Field
            label="Name"
            error={issues.name}
            help={`Part of its address: ${application.slug}--staging, for example.`}
          >
            <Input
              name="name"
              placeholder="staging"
              autoComplete="off"
              autoCapitalize="none"
              value={name}
              onChange={(event) => change({ name: event.target.value })}
              required
            />
          </Field>
        )}
        <Field label="Branch" error={issues.branch}>
          {source.provider ? (
            <RefField
              provider={source.provider}
              fullName={application.repository.fullName}
              defaultBranch={source.defaultBranch}
              value={branch ? { kind: "branch", name: branch } : null}
              onChange={(next) => change({ branch: next.name })}
              branchesOnly
            />
          ) : (
            <Input
              value={branch}
              onChange={(event) => change({ branch: event.target.value })}
              autoComplete="off"
            />
          )}
        </Field>
        <Field
          label="Deploy"
          error={issues.trigger}
          help={environment && "Patterns, watched paths and a freeze are among its rules."}
        >
          <Select value={trigger} onChange={(event) => change({ trigger: event.target.value })}>
            {triggers.toReversed().map((each) => (
              <option key={each} value={each}>
                {triggerNames[each]}
              </option>
            ))}
          </Select>
        </Field>
        {trigger === "tag" && (
          <Field
            label="Tags"
            optional
            error={issues.tagPattern}
            help="Which ones; * stands for anything. Empty: all."
          >
            <Input
              name="tagPattern"
              placeholder="v*"
              value={tagPattern}
              onChange={(event) => change({ tagPattern: event.target.value })}
              autoComplete="off"
            />
          </Field>
        )}
        <Checkbox
          name="spaFallback"
          checked={spaFallback === "on"}
          onChange={(event) => change({ spaFallback: event.target.checked ? "on" : "" })}
          label="Single-page application"
          hint="Unknown addresses show the start page instead of “not found”. Missing scripts and images stay missing."
        />
        <VariablesEditor
          rows={rows}
          onChange={(next) => {
            setTyped(next);
            change({ variables: draftOfRows(next) });
          }}
          issues={issues}
          sent={save.variables?.variables ?? []}
        />
        <FormError error={save.error} fields={["name", "branch", "trigger", "tagPattern", "variables"]} />
      </Form>
    </Modal>
  );
}
