import { z } from "zod";
import {
  CreateGitProviderBase,
  ListRefs,
  ListRefsByUrl,
  ListRepositories,
  RotateGitProvider,
  UpdateGitProviderBase,
} from "@/features/git-provider/contract";
import { secretColumns, settingColumns } from "@/features/git-provider/record/store";
import { Id } from "@/lib/shape";
import type { Field, Provider } from "@/providers/provider";

/** A type's own fields as received: text or a number, by the names of its columns or their aliases. */
export type OwnFields = Record<string, unknown>;

const Text = z.string().max(20_000);

/** What `<type>.create` takes. Every field may be missing here: which ones are needed depends on the method. */
export function createInput(provider: Provider) {
  return withFields(CreateGitProviderBase, ownFields(provider));
}
export type CreateInput = CreateGitProviderBase & OwnFields;

export function updateInput(provider: Provider) {
  return withFields(UpdateGitProviderBase, { ...ownFields(provider), ...idShape(provider) });
}
export type UpdateInput = UpdateGitProviderBase & OwnFields;

/** An id, fields to try in its place, or all fields of a connection that is not saved yet. */
export function testInput(provider: Provider) {
  return withFields(UpdateGitProviderBase, { ...ownFields(provider), [provider.idField]: Id.nullish() });
}

export function oneInput(provider: Provider) {
  return withFields(z.object({}), idShape(provider));
}

export function repositoriesInput(provider: Provider) {
  return withFields(ListRepositories, idShape(provider));
}

export function refsInput(provider: Provider) {
  if (hasRepositories(provider)) return withFields(ListRefs, idShape(provider));
  return withFields(ListRefsByUrl, idShape(provider));
}

/** New secrets, and the settings that go with them, by the names of any type: the provider decides which are meant. */
export function rotateInput(providers: Provider[]) {
  const names = providers.flatMap((provider) =>
    [...beside(provider), ...secretColumns(provider)].map((name) => [name, fieldShape(provider, name)]),
  );
  return withFields(RotateGitProvider, Object.fromEntries(names));
}

/** Settings of a credential, such as the e-mail address of an API token. Never the address it is sent to. */
function beside(provider: Provider): string[] {
  const own = [
    ...provider.addressFields,
    "authMethod",
    "tokenExpiresOn",
    "gitProviderId",
    "dryRun",
    "pendingKey",
    "next",
  ];
  return settingColumns(provider).filter((name) => !own.includes(name));
}

/** The compiler does not know the names of a type's own fields: it sees them as unknown. */
function withFields<Base extends z.ZodObject>(base: Base, fields: Record<string, z.ZodType>) {
  const extended: unknown = base.extend(fields);
  return extended as z.ZodType<z.output<Base> & OwnFields, z.input<Base> & OwnFields>;
}

/** Whether the host can list repositories; where it cannot, a repository is named by its URL. */
export function hasRepositories({ manifest }: Provider): boolean {
  return Object.values(manifest.methods).some((method) => method.can.includes("repositories"));
}

function idShape(provider: Provider): Record<string, z.ZodType<string>> {
  return { [provider.idField]: Id };
}

function ownFields(provider: Provider): Record<string, z.ZodType> {
  const names = [...settingColumns(provider), ...secretColumns(provider)];
  const own = names.map((name) => [name, fieldShape(provider, name)]);
  const aliases = Object.entries(provider.aliases ?? {}).map(([alias, name]) => [
    alias,
    fieldShape(provider, name).describe(`The same as ${name}.`),
  ]);
  return Object.fromEntries([...aliases, ...own]);
}

function fieldShape(provider: Provider, name: string): z.ZodType {
  const described = describe(fieldOf(provider, name), name);
  const number = provider.settings.shape[name]?.safeParse(1).success;
  const shape = number ? z.preprocess(numberOf, z.number().nullish()) : Text.nullish();
  const secret = secretColumns(provider).includes(name);
  return shape.meta({ description: described, ...(secret && { writeOnly: true }) });
}

/** Forms send text only. */
function numberOf(value: unknown): unknown {
  return typeof value === "string" && /^\s*\d{1,10}\s*$/.test(value) ? Number(value) : value;
}

/** The form's description of a column, from the first method that has it. */
export function fieldOf(provider: Provider, name: string): Field | undefined {
  const methods = Object.values(provider.manifest.methods);
  return methods.flatMap((method) => method.fields).find((field) => field.name === name);
}

function describe(field: Field | undefined, name: string): string {
  return field ? [field.label, field.help].filter(Boolean).join(". ") : name;
}

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

/** The column's own name takes precedence over its aliases. */
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
