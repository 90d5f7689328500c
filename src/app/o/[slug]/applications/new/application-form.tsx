"use client";
import { Rocket } from "lucide-react";
import { buildFields, FoldedBuildFields, noBuild } from "@/app/o/[slug]/applications/_source/build-fields";
import { ChosenRepository } from "@/app/o/[slug]/applications/_source/chosen-repository";
import type { RefChoice } from "@/app/o/[slug]/applications/_source/ref-dialog";
import { RefField } from "@/app/o/[slug]/applications/_source/ref-field";
import { siteAddress } from "@/app/o/[slug]/applications/_source/site-address";
import { SlugField } from "@/app/o/[slug]/applications/_source/slug-field";
import { defaultBranchOf, nameOf, type Source } from "@/app/o/[slug]/applications/_source/source";
import { useCreate } from "@/app/o/[slug]/applications/new/use-create";
import { useDraft } from "@/client/drafts";
import { clientFault } from "@/client/fault";
import { FormError } from "@/client/form-error";
import { slugOf } from "@/lib/slug";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Form } from "@/ui/form";
import { Input } from "@/ui/input";

const refKinds = ["branch", "tag", "commit"] as const;
const fields = ["name", "slug", "branch", ...buildFields];

/** What is known from the repository. Without a slug one is made from the name; an empty branch is the default one. */
function firstValues(source: Source): Record<string, string> {
  return {
    ...noBuild,
    ...refValues({ kind: "branch", name: source.ref ?? defaultBranchOf(source) ?? "" }),
    name: nameOf(source.repository.fullName),
    buildPath: source.path ?? "",
  };
}

function refValues(ref: RefChoice): Record<string, string> {
  return { refKind: ref.kind, refName: ref.name };
}

function refOf({ refKind, refName }: Record<string, string>): RefChoice | null {
  const kind = refKinds.find((each) => each === refKind);
  return kind && refName ? { kind, name: refName } : null;
}

function buildOf({ buildPath = "", buildCommand = "", outputDirectory = "" }: Record<string, string>) {
  return { buildPath, buildCommand, outputDirectory };
}

/** The fields of a new application once its repository is known, most of them filled in. */
export function ApplicationForm(props: {
  source: Source;
  sitesUrl: string;
  commands: boolean;
  onChange(): void;
}) {
  const { source, sitesUrl } = props;
  const [values, change, clear] = useDraft(source.repository.fullName, () => firstValues(source));
  const { name = "" } = values;
  const slug = values.slug ?? null;
  const ref = refOf(values);
  const build = buildOf(values);
  const create = useCreate(clear);
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
        <Alert tone="warn" title="This repository is empty">
          Push a first commit before you deploy it.
        </Alert>
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
            onChange={(next) => change(refValues(next))}
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
            onChange={(event) => change(refValues({ kind: "branch", name: event.target.value }))}
          />
        </Field>
      )}
      <Field label="Name" error={issues.name}>
        <Input
          name="name"
          value={name}
          autoComplete="off"
          onChange={(event) => change({ name: event.target.value })}
          required
        />
      </Field>
      <SlugField
        value={shownSlug}
        onChange={(next) => change({ slug: next })}
        sitesUrl={sitesUrl}
        error={issues.slug}
        hint={slug === null && "A number is added if another application has it."}
      />
      <FoldedBuildFields
        values={build}
        onChange={(next) => change({ ...next })}
        issues={issues}
        commands={props.commands}
      />
      <Alert title="Who can read the site">
        Anyone who can reach <strong className="font-semibold">{address}</strong> can read this site
        {"private" in source.repository && source.repository.private && ", though the repository is private"}.
      </Alert>
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
