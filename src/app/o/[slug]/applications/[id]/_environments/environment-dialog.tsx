"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { RefField } from "@/app/o/[slug]/applications/_source/ref-field";
import {
  changesOf,
  type VariableRow,
  VariablesEditor,
} from "@/app/o/[slug]/applications/[id]/_environments/variables-editor";
import { useSource } from "@/app/o/[slug]/applications/[id]/use-source";
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

const triggerNames: Record<Environment["trigger"], string> = {
  manual: "By hand or by the API",
  push: "On each push",
  tag: "On each new tag",
};

function useSave({ application, environment, onClose }: Props) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, ...rest }: NewApplicationInput) =>
      environment
        ? client.environment.update.mutate({ environmentId: environment.environmentId, ...rest })
        : client.environment.create.mutate({ applicationId: application.applicationId, name, ...rest }),
    onSuccess: async ({ name }) => {
      await queries.invalidateQueries(trpc.application.pathFilter());
      toastSuccess(environment ? `${name} saved` : `${name} added`);
      onClose();
    },
  });
}

interface NewApplicationInput {
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
  const [branch, setBranch] = useState(environment?.branch ?? source.defaultBranch ?? "");
  const [trigger, setTrigger] = useState<Environment["trigger"]>(environment?.trigger ?? "manual");
  const [rows, setRows] = useState<VariableRow[]>(() =>
    (environment?.variables ?? []).map(({ name }) => ({ key: name, name, value: "", stored: true })),
  );
  const save = useSave(props);
  const issues = save.error ? clientFault(save.error).issues : {};
  function send({ name = "", tagPattern, spaFallback }: Record<string, string>): void {
    const variables = changesOf(environment?.variables ?? [], rows);
    save.mutate({ name, branch, trigger, tagPattern, spaFallback: spaFallback === "on", variables });
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
            <Input name="name" placeholder="staging" autoComplete="off" autoCapitalize="none" required />
          </Field>
        )}
        <Field label="Branch" error={issues.branch}>
          {source.provider ? (
            <RefField
              provider={source.provider}
              fullName={application.repository.fullName}
              defaultBranch={source.defaultBranch}
              value={branch ? { kind: "branch", name: branch } : null}
              onChange={({ name }) => setBranch(name)}
              branchesOnly
            />
          ) : (
            <Input value={branch} onChange={(event) => setBranch(event.target.value)} autoComplete="off" />
          )}
        </Field>
        <Field
          label="Deploy"
          error={issues.trigger}
          help={trigger !== "manual" && "Slipway is not told of pushes yet: deploy by hand or with the API."}
        >
          <Select
            value={trigger}
            onChange={(event) => setTrigger(event.target.value as Environment["trigger"])}
          >
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
              defaultValue={environment?.tagPattern ?? ""}
              autoComplete="off"
            />
          </Field>
        )}
        <Checkbox
          name="spaFallback"
          defaultChecked={environment?.spaFallback ?? false}
          label="Single-page application"
          hint="Unknown addresses show the start page instead of “not found”. Missing scripts and images stay missing."
        />
        <VariablesEditor rows={rows} onChange={setRows} issues={issues} />
        <FormError error={save.error} fields={["name", "branch", "trigger", "tagPattern"]} />
      </Form>
    </Modal>
  );
}
