"use client";
import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Field as FieldOf } from "@/providers/provider";
import { Badge } from "@/ui/badge";
import { Field } from "@/ui/field";
import { Input, Select, Textarea } from "@/ui/input";
import { PasswordInput } from "@/ui/password-input";
import { secretKind } from "@/ui/secret-kind";

export type FieldValues = Record<string, string>;

export interface FieldsFormProps {
  fields: readonly FieldOf[];
  values: FieldValues;
  onChange(name: string, value: string): void;
  /** What is wrong, by the name of the field. */
  issues?: Record<string, string | undefined>;
  /** Secrets that are kept when their field stays blank. */
  stored?: readonly string[];
}

/** The inputs that a manifest asks for; the rare ones folded away until one of them matters. */
export function FieldsForm(props: FieldsFormProps) {
  const plain = props.fields.filter((field) => !field.advanced);
  const advanced = props.fields.filter((field) => field.advanced);
  return (
    <>
      {plain.map((field) => (
        <OneField key={field.name} field={field} {...props} />
      ))}
      {advanced.length > 0 && (
        <MoreOptions
          key={advanced.map((field) => field.name).join(" ")}
          filled={advanced.some((field) => isUnusual(field, props.values[field.name]))}
          wrong={advanced.some((field) => props.issues?.[field.name])}
        >
          {advanced.map((field) => (
            <OneField key={field.name} field={field} {...props} />
          ))}
        </MoreOptions>
      )}
    </>
  );
}

/** Whether a field needs attention: not an address that has its default value, such as that of the only public host. */
function isUnusual(field: FieldOf, value = ""): boolean {
  return value !== "" && value !== field.placeholder;
}

/** Open at first when a field in it has a value; later as the person left it, unless a field in it has an error. */
function MoreOptions({ filled, wrong, children }: { filled: boolean; wrong: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(filled);
  return (
    <details
      className="group rounded-md border"
      open={open || wrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="flex h-10 items-center gap-2 rounded-md px-3 text-soft hover:bg-hover">
        <ChevronRight className="size-4 transition-transform group-open:rotate-90" aria-hidden="true" />
        More options
      </summary>
      <div className="grid gap-5 px-4 pt-2 pb-4">{children}</div>
    </details>
  );
}

function OneField({ field, values, onChange, issues, stored }: FieldsFormProps & { field: FieldOf }) {
  const kept = field.secret && stored?.includes(field.name);
  const kind = secretKind(field.kinds, values[field.name] ?? "");
  const unfit =
    kind?.unfit && `This is ${article(kind.label)} ${kind.label}. It was made for another purpose.`;
  return (
    <Field
      label={field.label}
      optional={!field.required && !kept}
      help={kept ? "Leave it blank to keep the stored one." : field.help}
      error={issues?.[field.name] ?? (unfit || undefined)}
      aside={kind && !kind.unfit && <Badge tone="good">{kind.label}</Badge>}
    >
      <Control
        field={field}
        placeholder={kept ? "••••••••••••" : field.placeholder}
        value={values[field.name] ?? ""}
        onChange={(value) => onChange(field.name, value)}
      />
    </Field>
  );
}

function article(label: string): string {
  return /^[aeiou]/i.test(label) ? "an" : "a";
}

interface ControlProps {
  field: FieldOf;
  value: string;
  placeholder?: string;
  onChange(value: string): void;
}

/** `rest` links the control to its label. */
function Control({ field, value, placeholder, onChange, ...rest }: ControlProps) {
  const common = {
    ...rest,
    name: field.name,
    value,
    placeholder,
    required: field.required,
    autoComplete: field.secret ? "new-password" : "off",
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  if (field.kind === "multiline") return <Textarea {...common} className="font-mono text-sm" />;
  if (field.choices)
    return (
      <Select {...common} value={value || field.choices[0]?.value}>
        {field.choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </Select>
    );
  if (field.secret) return <PasswordInput {...common} />;
  if (field.kind === "date") return <Input {...common} type="date" className="w-48" />;
  if (field.kind === "url") return <Input {...common} type="url" inputMode="url" />;
  return <Input {...common} />;
}
