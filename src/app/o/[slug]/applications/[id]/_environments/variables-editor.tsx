"use client";
import { Plus, X } from "lucide-react";
import { Button } from "@/ui/button";
import { Input } from "@/ui/input";
import { PasswordInput } from "@/ui/password-input";

export interface VariableRow {
  key: string;
  name: string;
  value: string;
  /** It is there already, and its value is kept while the field stays blank. */
  stored: boolean;
}

/** What is sent: new values, and null for those that were taken out. */
export function changesOf(
  before: readonly { name: string }[],
  rows: readonly VariableRow[],
): { name: string; value: string | null }[] {
  const kept = new Set(rows.map((row) => row.name));
  const removed = before.filter(({ name }) => !kept.has(name)).map(({ name }) => ({ name, value: null }));
  const given = rows.filter((row) => row.name.trim() !== "" && (row.value !== "" || !row.stored));
  return [...removed, ...given.map(({ name, value }) => ({ name: name.trim(), value }))];
}

/** What the draft of a form may hold of its rows: their names, which have no spaces. */
export function draftOfRows(rows: readonly VariableRow[]): string {
  return rows.map((row) => row.name.replaceAll(/\s/g, "")).join(" ");
}

/** The rows that such a draft names, without their values. */
export function rowsOfDraft(draft: string, stored: readonly string[]): VariableRow[] {
  const names = draft.split(" ").filter(Boolean);
  return names.map((name, index) => ({
    key: `${index} ${name}`,
    name,
    value: "",
    stored: stored.includes(name),
  }));
}

/** Names and values for the build command. A stored value is never shown again. */
export function VariablesEditor(props: {
  rows: VariableRow[];
  onChange(rows: VariableRow[]): void;
  /** What was wrong with the changes that were sent last, by their path. */
  issues: Record<string, string>;
  sent: readonly { name: string }[];
}) {
  const { rows, onChange } = props;
  const [path, issue] = Object.entries(props.issues).find(([each]) => each.startsWith("variables")) ?? [];
  const [, at = "", field] = path?.split(".") ?? [];
  const refused = props.sent[Number(at)]?.name;
  const isRefused = (row: VariableRow, part: string) =>
    refused !== undefined && row.name.trim() === refused && (field ?? "value") === part ? true : undefined;
  function change(key: string, values: Partial<VariableRow>): void {
    onChange(rows.map((row) => (row.key === key ? { ...row, ...values } : row)));
  }
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium">Variables</legend>
      <p className="text-sm text-soft">
        For the build command. Values are kept encrypted, never shown again, and blanked out in the log. A
        blank value keeps the stored one.
      </p>
      {rows.map((row, index) => (
        <div key={row.key} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-center gap-2">
          <Input
            aria-label={`Name of variable ${index + 1}`}
            aria-invalid={isRefused(row, "name")}
            value={row.name}
            readOnly={row.stored}
            placeholder="NAME"
            className="font-mono text-sm read-only:bg-hover"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => change(row.key, { name: event.target.value })}
          />
          <PasswordInput
            aria-label={`Value of ${row.name || `variable ${index + 1}`}`}
            aria-invalid={isRefused(row, "value")}
            value={row.value}
            placeholder={row.stored ? "unchanged" : "value"}
            autoComplete="new-password"
            onChange={(event) => change(row.key, { value: event.target.value })}
          />
          <Button
            look="quiet"
            size="smallIcon"
            aria-label={`Remove ${row.name || `variable ${index + 1}`}`}
            onClick={() => onChange(rows.filter((each) => each.key !== row.key))}
          >
            <X aria-hidden="true" />
          </Button>
        </div>
      ))}
      {issue && (
        <p role="alert" className="text-sm text-bad">
          {refused ? `${refused}: ${issue}` : issue}
        </p>
      )}
      <Button
        size="small"
        className="justify-self-start"
        onClick={() =>
          onChange([...rows, { key: `${Date.now()} ${rows.length}`, name: "", value: "", stored: false }])
        }
      >
        <Plus aria-hidden="true" />
        Add variable
      </Button>
    </fieldset>
  );
}
