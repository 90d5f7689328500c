"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  draftOf,
  type RulesDraft,
  rulesOf,
} from "@/app/o/[slug]/applications/[id]/environments/[environmentId]/rules";
import { RulesFields } from "@/app/o/[slug]/applications/[id]/environments/[environmentId]/rules-fields";
import { WouldDeploy } from "@/app/o/[slug]/applications/[id]/environments/[environmentId]/would-deploy";
import { useDraft } from "@/client/drafts";
import { clientFault } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { Environment } from "@/features/environment/contract";
import { Card, Section } from "@/ui/card";
import { Form } from "@/ui/form";
import { SaveRow } from "@/ui/save-row";
import { toastSuccess } from "@/ui/toast";

interface Props {
  application: Application;
  environment: Environment;
  disabled: boolean;
}

function useSave({ environmentId, name }: Environment, onSaved: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.environment.update.mutationOptions({
      onSuccess: async () => {
        onSaved();
        toastSuccess(`Rules of ${name} saved`);
        await queries.invalidateQueries(trpc.application.pathFilter());
        await queries.invalidateQueries(trpc.webhook.rulesPreview.queryFilter({ environmentId }));
      },
    }),
  );
}

/** The rules beside what they would have done with the last commits, before they are saved. */
export function RulesForm({ application, environment, disabled }: Props) {
  const { environmentId } = environment;
  const stored = draftOf(environment);
  const [values, change, clear, discard] = useDraft(`rules ${environmentId}`, () => ({ ...stored }));
  const draft: RulesDraft = { ...stored, ...values };
  const save = useSave(environment, clear);
  const mayTry = useMay("webhook:read");
  const issues = save.error ? clientFault(save.error).issues : {};
  const names = Object.keys(stored);
  const changed = Object.entries(stored).some(([name, value]) => values[name] !== value);
  return (
    <Section title="Rules" hint="They are applied to each push that a host tells.">
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
        <Card className="p-5">
          <Form busy={save.isPending} onSend={() => save.mutate({ environmentId, ...rulesOf(draft) })}>
            <RulesFields
              draft={draft}
              onChange={change}
              issues={issues}
              disabled={disabled}
              environment={environment}
              others={application.environments.filter(
                (each) => each.environmentId !== environmentId && each.kind === "standing",
              )}
            />
            <FormError error={save.error} fields={names} />
            {!disabled && (
              <SaveRow verb="Save rules" changed={changed} busy={save.isPending} onDiscard={discard} />
            )}
          </Form>
        </Card>
        {mayTry && <WouldDeploy environment={environment} draft={draft} changed={changed} />}
      </div>
    </Section>
  );
}
