import { fieldOf, type OwnFields } from "@/features/git-provider/input/schema";
import { secretColumns, settingColumns } from "@/features/git-provider/record/columns";
import type { Provider } from "@/providers/provider";

/** What a caller gave of a type's columns. Absent and null are left out; a blank setting is there, to be cleared. */
export interface Given {
  settings: Record<string, string | number>;
  secrets: Record<string, string>;
}

export function givenFields(provider: Provider, input: OwnFields): Given {
  const settings: Given["settings"] = {};
  for (const name of settingColumns(provider)) {
    const value = givenValue(provider, input, name);
    if (value !== undefined) settings[name] = typeof value === "string" ? value.trim() : value;
  }
  const secrets: Given["secrets"] = {};
  for (const name of secretColumns(provider)) {
    const value = secretText(provider, input, name);
    if (value !== "") secrets[name] = value;
  }
  return { settings, secrets };
}

/** The column's own name goes before other names for it. */
function givenValue(provider: Provider, input: OwnFields, name: string): string | number | undefined {
  const aliases = Object.entries(provider.aliases ?? {}).filter(([, column]) => column === name);
  for (const key of [name, ...aliases.map(([alias]) => alias)]) {
    const value = input[key];
    if (typeof value === "string" || typeof value === "number") return value;
  }
  return undefined;
}

/** Blanks around a pasted token are never part of it; a line break inside is kept, to be refused. */
function secretText(provider: Provider, input: OwnFields, name: string): string {
  const text = String(givenValue(provider, input, name) ?? "");
  if (text.trim() === "") return "";
  return fieldOf(provider, name)?.kind === "multiline" ? text : text.replace(/^[ \t]+|[ \t]+$/g, "");
}
