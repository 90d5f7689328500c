"use client";
import { ChevronRight } from "lucide-react";
import { Alert } from "@/ui/alert";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";

export interface BuildValues {
  buildPath: string;
  buildCommand: string;
  outputDirectory: string;
}

export const noBuild: BuildValues = { buildPath: "", buildCommand: "", outputDirectory: "" };

export const buildFields = ["buildPath", "buildCommand", "outputDirectory"] as const;

interface Props {
  values: BuildValues;
  onChange(values: BuildValues): void;
  issues: Record<string, string | undefined>;
  /** Whether this instance runs build commands at all. */
  commands: boolean;
  disabled?: boolean;
}

/** Which folder is published, and what makes it. */
export function BuildFields({ values, onChange, issues, commands, disabled }: Props) {
  const built = values.buildCommand.trim() !== "";
  function field(name: keyof BuildValues, more: { placeholder: string; disabled?: boolean }) {
    return (
      <Input
        {...more}
        disabled={disabled || more.disabled}
        className="font-mono text-sm"
        autoComplete="off"
        spellCheck={false}
        value={values[name]}
        onChange={(event) => onChange({ ...values, [name]: event.target.value })}
      />
    );
  }
  return (
    <>
      <Field
        label={built ? "Folder to build in" : "Folder to publish"}
        optional
        error={issues.buildPath}
        help={
          built ? "Where the command runs. Empty: the top of the repository." : "Empty: the whole repository."
        }
      >
        {field("buildPath", { placeholder: built ? "apps/web" : "public" })}
      </Field>
      <Field
        label="Build command"
        optional
        error={issues.buildCommand}
        help="Runs in the checked out folder before publishing."
      >
        {field("buildCommand", { placeholder: "npm ci && npm run build", disabled: !commands && !built })}
      </Field>
      {!commands && (
        <Alert title="Build commands are off on this instance">
          Publish files that are in the repository as they are; or have an administrator start Slipway with{" "}
          <code className="rounded-sm bg-hover px-1 font-mono text-sm">SLIPWAY_BUILD_COMMANDS=host</code>.
          Commands then run on the server as Slipway's own user, so use it only where you trust every
          repository.
        </Alert>
      )}
      {built && (
        <Field
          label="Output folder"
          optional
          error={issues.outputDirectory}
          help="What the build leaves. Empty: dist, build, out, _site or public, whichever is there."
        >
          {field("outputDirectory", { placeholder: "dist" })}
        </Field>
      )}
    </>
  );
}

/** The same, folded away until it matters. */
export function FoldedBuildFields(props: Props) {
  const matters = buildFields.some((name) => props.issues[name] || props.values[name]);
  return (
    <details className="group rounded-md border bg-surface" open={matters || undefined}>
      <summary className="flex min-h-10 items-center gap-2 rounded-md px-3 hover:bg-hover">
        <ChevronRight
          className="size-4 text-soft transition-transform group-open:rotate-90"
          aria-hidden="true"
        />
        Build settings
        <span className="text-soft max-sm:hidden">folder, build command</span>
      </summary>
      <div className="grid gap-5 px-4 pt-3 pb-4">
        <BuildFields {...props} />
      </div>
    </details>
  );
}
