"use client";
import { Rocket } from "lucide-react";
import { useState } from "react";
import { buildFields, FoldedBuildFields, noBuild } from "@/app/o/[slug]/applications/_source/build-fields";
import { ChosenRepository } from "@/app/o/[slug]/applications/_source/chosen-repository";
import type { RefChoice } from "@/app/o/[slug]/applications/_source/ref-dialog";
import { RefField } from "@/app/o/[slug]/applications/_source/ref-field";
import { siteAddress } from "@/app/o/[slug]/applications/_source/site-address";
import { SlugField } from "@/app/o/[slug]/applications/_source/slug-field";
import { defaultBranchOf, nameOf, type Source } from "@/app/o/[slug]/applications/_source/source";
import { useCreate } from "@/app/o/[slug]/applications/new/use-create";
import { clientFault } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { slugOf } from "@/lib/slug";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";
import { Notice } from "@/ui/notice";

const fields = ["name", "slug", "branch", ...buildFields];

function firstRef(source: Source): RefChoice | null {
  const name = source.ref ?? defaultBranchOf(source);
  return name ? { kind: "branch", name } : null;
}

/** All that is left to say once the repository is known. Most of it is filled in. */
export function ApplicationForm(props: {
  source: Source;
  sitesUrl: string;
  commands: boolean;
  onChange(): void;
}) {
  const { source, sitesUrl } = props;
  const [ref, setRef] = useState<RefChoice | null>(() => firstRef(source));
  const [name, setName] = useState(() => nameOf(source.repository.fullName));
  const [slug, setSlug] = useState<string | null>(null);
  const [build, setBuild] = useState({ ...noBuild, buildPath: source.path ?? "" });
  const create = useCreate();
  const issues = create.error ? clientFault(create.error).issues : {};
  const shownSlug = slug ?? slugOf(name);
  const address = siteAddress(sitesUrl, shownSlug);
  const branch = ref?.kind === "branch" ? ref.name : defaultBranchOf(source);
  const fixed = ref && ref.kind !== "branch" ? ref : null;
  const empty = "empty" in source.repository && source.repository.empty;
  return (
    <Form
      className="grid max-w-2xl grid-cols-1 gap-5"
      focus="name"
      busy={create.isPending}
      onSend={() => create.mutate({ source, name, slug, branch, ref: fixed?.name, build })}
    >
      <ChosenRepository source={source} onChange={props.onChange} />
      {empty && (
        <Notice tone="warn" title="This repository is empty">
          Push a first commit before you deploy it.
        </Notice>
      )}
      {source.provider ? (
        <Field
          label="Branch"
          error={issues.branch}
          help={
            fixed && branch
              ? `The first deployment takes this ${fixed.kind}; later ones the branch ${branch}.`
              : undefined
          }
        >
          <RefField
            provider={source.provider}
            fullName={source.repository.fullName}
            defaultBranch={defaultBranchOf(source)}
            value={ref}
            onChange={setRef}
          />
        </Field>
      ) : (
        <Field
          label="Branch"
          optional
          error={issues.branch}
          help="Empty: the repository's own default branch."
        >
          <Input
            value={ref?.name ?? ""}
            autoComplete="off"
            onChange={(event) =>
              setRef(event.target.value ? { kind: "branch", name: event.target.value } : null)
            }
          />
        </Field>
      )}
      <Field label="Name" error={issues.name}>
        <Input
          name="name"
          value={name}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
          required
        />
      </Field>
      <SlugField
        value={shownSlug}
        onChange={setSlug}
        sitesUrl={sitesUrl}
        error={issues.slug}
        hint={slug === null && "A number is added if another application has it."}
      />
      <FoldedBuildFields values={build} onChange={setBuild} issues={issues} commands={props.commands} />
      <Notice title="Who can read the site">
        Anyone who can reach <strong className="font-semibold">{address}</strong> can read this site
        {"private" in source.repository && source.repository.private && ", though the repository is private"}.
      </Notice>
      <FormError error={create.error} fields={fields} />
      <Button
        type="submit"
        look="primary"
        className="justify-self-start max-sm:w-full"
        busy={create.isPending}
      >
        <Rocket aria-hidden="true" />
        Create and deploy
      </Button>
    </Form>
  );
}
