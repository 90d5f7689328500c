"use client";
import { BuildFields, buildFields, noBuild } from "@/app/o/[slug]/applications/_source/build-fields";
import { useUpdate } from "@/app/o/[slug]/applications/[id]/use-update";
import { useDraft } from "@/client/drafts";
import { clientFault } from "@/client/fault";
import { FormError } from "@/client/form-error";
import type { Application } from "@/features/application/contract";
import { Card, Section } from "@/ui/card";
import { Form } from "@/ui/form";
import { SaveRow } from "@/ui/save-row";

export function BuildSettings(props: { application: Application; commands: boolean; disabled: boolean }) {
  const { application, disabled } = props;
  const { applicationId, buildPath, buildCommand, outputDirectory } = application;
  const stored = { buildPath, buildCommand: buildCommand ?? "", outputDirectory: outputDirectory ?? "" };
  const [draft, change, clear, discard] = useDraft("build", () => stored);
  const values = { ...noBuild, ...draft };
  const update = useUpdate("Build settings saved; the next deployment uses them");
  const issues = update.error ? clientFault(update.error).issues : {};
  const changed = buildFields.some((name) => values[name] !== stored[name]);
  function send(): void {
    // The output directory is used only with a build command.
    const output = values.buildCommand.trim() === "" ? "" : values.outputDirectory;
    update.mutate(
      {
        applicationId,
        buildPath: values.buildPath,
        buildCommand: values.buildCommand,
        outputDirectory: output,
      },
      { onSuccess: clear },
    );
  }
  return (
    <Section title="Build" hint="Used from the next deployment on.">
      <Card className="p-5">
        <Form busy={update.isPending} onSend={send}>
          <BuildFields
            values={values}
            onChange={(next) => change({ ...next })}
            issues={issues}
            commands={props.commands}
            disabled={disabled}
          />
          <FormError error={update.error} fields={buildFields} />
          {!disabled && (
            <SaveRow
              verb="Save build settings"
              changed={changed}
              busy={update.isPending}
              onDiscard={discard}
            />
          )}
        </Form>
      </Card>
    </Section>
  );
}
