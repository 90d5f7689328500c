"use client";
import { useState } from "react";
import { BuildFields, buildFields } from "@/app/o/[slug]/applications/_source/build-fields";
import { useUpdate } from "@/app/o/[slug]/applications/[id]/use-update";
import { clientFault } from "@/client/fault";
import { FormError } from "@/client/form-error";
import type { Application } from "@/features/application/contract";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { Form } from "@/ui/form";

export function BuildSettings(props: { application: Application; commands: boolean; disabled: boolean }) {
  const { application, disabled } = props;
  const { applicationId, buildPath, buildCommand, outputDirectory } = application;
  const stored = { buildPath, buildCommand: buildCommand ?? "", outputDirectory: outputDirectory ?? "" };
  const [values, setValues] = useState(stored);
  const update = useUpdate("Build settings saved; the next deployment uses them");
  const issues = update.error ? clientFault(update.error).issues : {};
  const changed = buildFields.some((name) => values[name] !== stored[name]);
  function send(): void {
    // The output directory is used only with a build command.
    const output = values.buildCommand.trim() === "" ? "" : values.outputDirectory;
    update.mutate({ applicationId, ...values, outputDirectory: output });
  }
  return (
    <Section title="Build" hint="Used from the next deployment on.">
      <Card className="p-5">
        <Form busy={update.isPending} onSend={send}>
          <BuildFields
            values={values}
            onChange={setValues}
            issues={issues}
            commands={props.commands}
            disabled={disabled}
          />
          <FormError error={update.error} fields={buildFields} />
          {!disabled && (
            <Button
              type="submit"
              look="primary"
              className="justify-self-start"
              busy={update.isPending}
              disabled={!changed}
            >
              Save build settings
            </Button>
          )}
        </Form>
      </Card>
    </Section>
  );
}
