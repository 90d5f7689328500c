"use client";
import {
  draftOfRules,
  type PreviewDraft,
  rulesOfDraft,
} from "@/app/o/[slug]/applications/[id]/(tabs)/previews/preview-draft";
import { useUpdate } from "@/app/o/[slug]/applications/[id]/use-update";
import { useDraft } from "@/client/drafts";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import type { Application } from "@/features/application/contract";
import { Card, Section } from "@/ui/card";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Checkbox, Input, Select } from "@/ui/input";
import { SaveRow } from "@/ui/save-row";

const forkWords = {
  approval: "After a member has looked at each commit",
  never: "Never",
  always: "Always, without secrets",
} as const;

/** Whether requests get previews, which ones, and for how long. */
export function PreviewSettings({ application }: { application: Application }) {
  const { applicationId } = application;
  const stored = draftOfRules(application.previews);
  const [values, change, clear, discard] = useDraft("previews", () => ({ ...stored }));
  const draft: PreviewDraft = { ...stored, ...values };
  const isOn = draft.on === "on";
  const update = useUpdate(isOn ? "Previews saved" : "Previews are off");
  const changed = Object.entries(stored).some(([name, value]) => values[name] !== value);
  return (
    <Section title="Settings of previews" className="max-w-2xl">
      <Card className="p-5">
        <Form
          busy={update.isPending}
          onSend={() => update.mutate({ applicationId, previews: rulesOfDraft(draft) }, { onSuccess: clear })}
        >
          <Checkbox
            checked={isOn}
            onChange={({ target }) => change({ on: target.checked ? "on" : "" })}
            label="Make a preview of each pull or merge request"
            hint="The host is followed by a webhook, which Slipway adds by itself where it may."
          />
          {isOn && (
            <Rules
              draft={draft}
              environments={application.environments}
              onChange={change}
              error={update.error}
            />
          )}
          <FormError error={update.error} fields={["previews"]} />
          <SaveRow verb="Save previews" changed={changed} busy={update.isPending} onDiscard={discard} />
        </Form>
      </Card>
    </Section>
  );
}

function Rules(props: {
  draft: PreviewDraft;
  environments: Application["environments"];
  onChange(changed: Record<string, string>): void;
  error: unknown;
}) {
  const { draft, environments, onChange, error } = props;
  const text = (name: keyof PreviewDraft) => ({
    value: draft[name],
    autoComplete: "off",
    onChange: ({ target }: { target: { value: string } }) => onChange({ [name]: target.value }),
  });
  const tick = (name: keyof PreviewDraft) => ({
    checked: draft[name] === "on",
    onChange: ({ target }: { target: { checked: boolean } }) =>
      onChange({ [name]: target.checked ? "on" : "" }),
  });
  return (
    <>
      <Field
        label="Only with one of these labels"
        optional
        help="Separated by commas. Empty: every request."
        error={issueOf(error, "previews.labels")}
      >
        <Input {...text("labels")} placeholder="preview" />
      </Field>
      <Field
        label="Only requests to these branches"
        optional
        help="Patterns, separated by commas. Empty: every branch."
        error={issueOf(error, "previews.baseBranches")}
      >
        <Input {...text("baseBranches")} placeholder="main, release/*" autoCapitalize="none" />
      </Field>
      <Field
        label="Requests from forks"
        help="They never get the variables of this application."
        error={issueOf(error, "previews.forks")}
      >
        <Select {...text("forks")}>
          {Object.entries(forkWords).map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label="Variables"
        help="Previews get those of this environment. Requests from forks never get any."
        error={issueOf(error, "previews.variablesFrom")}
      >
        <Select {...text("variablesFrom")}>
          <option value="">None</option>
          {environments.map(({ environmentId, name }) => (
            <option key={environmentId} value={environmentId}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="At most so many at a time" error={issueOf(error, "previews.limit")}>
          <Input {...text("limit")} type="number" inputMode="numeric" min={1} max={100} />
        </Field>
        <Field label="Days without a push until it goes" error={issueOf(error, "previews.idleDays")}>
          <Input {...text("idleDays")} type="number" inputMode="numeric" min={1} max={365} />
        </Field>
      </div>
      <div>
        <Checkbox {...tick("drafts")} label="Drafts as well" />
        <Checkbox
          {...tick("comment")}
          label="Write a comment on the request"
          hint="One comment with the address, kept up to date."
        />
      </div>
    </>
  );
}
