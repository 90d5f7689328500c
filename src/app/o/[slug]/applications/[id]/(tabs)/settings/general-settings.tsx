"use client";
import { SlugField } from "@/app/o/[slug]/applications/_source/slug-field";
import { useUpdate } from "@/app/o/[slug]/applications/[id]/use-update";
import { useDraft } from "@/client/drafts";
import { issueOf } from "@/client/fault";
import { FormError } from "@/client/form-error";
import type { Application } from "@/features/application/contract";
import { Alert } from "@/ui/alert";
import { Card, Section } from "@/ui/card";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";
import { SaveRow } from "@/ui/save-row";

/** Name and address. */
export function GeneralSettings(props: { application: Application; sitesUrl: string; disabled: boolean }) {
  const { application, disabled } = props;
  const { applicationId } = application;
  const [values, change, clear, discard] = useDraft("general", () => ({
    name: application.name,
    slug: application.slug,
  }));
  const { name = "", slug = "" } = values;
  const update = useUpdate("Application saved");
  const moved = slug !== application.slug;
  const changed = moved || name !== application.name;
  const others = application.environments.length - 1;
  return (
    <Section title="General">
      <Card className="p-5">
        <Form
          busy={update.isPending}
          onSend={() => update.mutate({ applicationId, name, ...(moved && { slug }) }, { onSuccess: clear })}
        >
          <Field label="Name" error={issueOf(update.error, "name")}>
            <Input
              value={name}
              disabled={disabled}
              autoComplete="off"
              onChange={(event) => change({ name: event.target.value })}
            />
          </Field>
          <SlugField
            value={slug}
            onChange={(next) => change({ slug: next })}
            sitesUrl={props.sitesUrl}
            disabled={disabled}
            error={issueOf(update.error, "slug")}
          />
          {moved && (
            <Alert tone="warn" title="The address changes">
              {application.url} stops answering as soon as you save
              {others > 0 &&
                `, and so ${others === 1 ? "does the address" : "do the addresses"} of ${application.environments
                  .slice(1)
                  .map((each) => each.name)
                  .join(", ")}`}
              . Links and bookmarks to it break; the old name stays with your organization for 30 days.
            </Alert>
          )}
          <FormError error={update.error} fields={["name", "slug"]} />
          {!disabled && (
            <SaveRow verb="Save changes" changed={changed} busy={update.isPending} onDiscard={discard} />
          )}
        </Form>
      </Card>
    </Section>
  );
}
