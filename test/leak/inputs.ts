import type { Search } from "@test/leak/search";
import { newId } from "@/lib/id";
import { registry } from "@/providers/registry";
import { exampleOf } from "@/server/openapi/example";
import { collectSchemas, type JsonSchema } from "@/server/openapi/schema";
import { procedures } from "@/server/procedure-facts";

/** For tests: ids of what there is, by the names that inputs have for them. */
export type Ids = Record<string, string>;

const ofTypes = Object.values(registry).flatMap(({ secrets }) => Object.keys(secrets.shape));
const secretNames = new Set([
  ...ofTypes,
  "password",
  "currentPassword",
  "newPassword",
  "token",
  "setupToken",
]);
const secretKeys = new Set(["privateKey", "githubPrivateKey"]);

const reference = collectSchemas();

function schemaOf(path: string): JsonSchema {
  const input = procedures.get(path)?.input;
  return (input && reference.schemas[(reference.refs.get(input) ?? "").split("/").at(-1) ?? ""]) ?? {};
}

/** For tests: whether a procedure takes an input of this name. */
export function takes(path: string, name: string): boolean {
  return schemaOf(path).properties?.[name] !== undefined;
}

/** For tests: what the reference shows as an example, with ids that exist and a seeded secret in every secret field. */
export function inputOf(search: Search, path: string, ids: Ids): Record<string, unknown> {
  const schema = schemaOf(path);
  const names = Object.keys(schema.properties ?? {});
  const given = exampleOf(schema);
  const example = typeof given === "object" && given !== null ? given : {};
  const known = names.filter((name) => ids[name] !== undefined).map((name) => [name, ids[name]]);
  const secret = names
    .filter((name) => secretNames.has(name) && !secretKeys.has(name))
    .map((name) => [name, search.make(`${path} ${name}`)]);
  return {
    ...example,
    ...(takes(path, "name") && { name: newId() }),
    ...Object.fromEntries([...known, ...secret]),
    ...(takes(path, "variables") && { variables: [variable(search, path)] }),
    ...better[path],
  };
}

function variable(search: Search, path: string) {
  return { name: "GIVEN_SECRET", value: search.make(`${path} variable`) };
}

/** Where the example is refused, one that is not. */
const better: Record<string, object> = {
  "member.updateRole": { role: "owner" },
  "preview.create": { branch: "main" },
  "notificationRecipient.create": { kind: "webhook", address: "http://127.0.0.1:1/hook" },
};

/** For tests: the same input written so that it cannot be used, with its secrets in places that nobody expects. */
export function damaged(input: Record<string, unknown>): string[] {
  const wrapped = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, { is: [value] }]));
  const strange = Object.fromEntries(Object.values(input).map((value) => [String(value), true]));
  const text = JSON.stringify(input);
  return [text.slice(0, -1), JSON.stringify(wrapped), JSON.stringify({ ...input, ...strange }), `x${text}`];
}
