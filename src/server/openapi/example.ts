import type { JsonSchema } from "@/server/openapi/schema";

/** A value that fits a schema, as an example a reader can change: the required fields only. */
export function exampleOf(schema: JsonSchema, name = ""): unknown {
  const [choice] = (schema.anyOf ?? []).filter((each) => each.type !== "null");
  if (choice) return exampleOf(choice, name);
  if (schema.enum) return schema.enum[0];
  const type = [schema.type].flat()[0];
  if (type === "object") return exampleObject(schema);
  if (type === "array") return schema.items ? [exampleOf(schema.items, name)] : [];
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return schema.minimum ?? 1;
  return exampleText(schema, name);
}

function exampleObject({ properties = {}, required = [] }: JsonSchema): Record<string, unknown> {
  const wanted = Object.entries(properties).filter(([name]) => required.includes(name));
  return Object.fromEntries(wanted.map(([name, part]) => [name, exampleOf(part, name)]));
}

const byFormat: Record<string, string> = {
  "date-time": "2027-01-31T12:00:00Z",
  date: "2027-01-31",
  email: "ada@example.com",
  uri: "https://git.example.com",
};
const byName: Record<string, string> = {
  email: "ada@example.com",
  name: "my-app",
  owner: "octocat",
  repo: "hello-world",
  repository: "octocat/hello-world",
  url: "https://git.example.com/octocat/hello-world",
  branch: "main",
};

function exampleText({ format }: JsonSchema, name: string): string {
  if (typeof format === "string" && byFormat[format]) return byFormat[format];
  if (/Url$/.test(name)) return "https://git.example.com";
  return byName[name] ?? "…";
}

/** The kind of value in words: `text`, `number, or null`, `list of Member`. */
export function kindOfValue(schema: JsonSchema): string {
  const parts = schema.anyOf ?? [];
  if (parts.length > 0) return [...new Set(parts.map(kindOfValue))].join(" or ");
  if (schema.$ref) return schema.$ref.split("/").pop() ?? "object";
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (schema.items) return `list of ${kindOfValue(schema.items)}`;
  if (typeof schema.format === "string") return schema.format;
  const words: Record<string, string> = { string: "text", integer: "whole number" };
  return [schema.type ?? "anything"]
    .flat()
    .map((type) => words[type] ?? type)
    .join(" or ");
}
