import { z } from "zod";
import { namedShapes } from "@/server/openapi/shapes";
import { type ProcedureFacts, procedures } from "@/server/procedure-facts";

/** A JSON schema, as far as the document and its readers look into it. */
export interface JsonSchema {
  [key: string]: unknown;
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: unknown[];
}

const at = "#/components/schemas/";

/** The schemas of all inputs and outputs, and the names they have among the components. */
export function collectSchemas(): { schemas: Record<string, JsonSchema>; refs: Map<z.ZodType, string> } {
  const outputs = outputNames();
  const inputs = inputNames();
  const schemas = { ...outputSchemas(outputs), ...inputSchemas(inputs) };
  const used = new Map([...outputs, ...inputs].map(([schema, name]) => [schema, `${at}${name}`]));
  return { schemas: sorted(schemas), refs: used };
}

/** `gitProvider.getAll` is `GitProviderGetAll`. */
function pascal(path: string): string {
  return path
    .split(".")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

function outputNames(): Map<z.ZodType, string> {
  const named = namedShapes();
  const roots = [...procedures.values()].flatMap(({ output, path }) =>
    output && !named.has(output) ? [[output, `${pascal(path)}Output`] as const] : [],
  );
  return new Map([...roots.reverse(), ...named]);
}

function inputNames(): Map<z.ZodType, string> {
  const withInput = [...procedures.values()].filter((each): each is ProcedureFacts & { input: z.ZodType } =>
    Boolean(each.input),
  );
  return new Map(withInput.reverse().map(({ input, path }) => [input, `${pascal(path)}Input`]));
}

function outputSchemas(names: Map<z.ZodType, string>): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  const options = { io: "output", unrepresentable: "any", uri: (id: string) => `${at}${id}` } as const;
  const all = z.toJSONSchema(registry, options).schemas as Record<string, JsonSchema>;
  const wanted = reachable(all, outputRoots(names));
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, each]) => (wanted.has(name) ? [[name, simplify(each)]] : [])),
  );
}

function outputRoots(names: Map<z.ZodType, string>): string[] {
  return [...procedures.values()].flatMap(({ output }) => (output ? (names.get(output) ?? []) : []));
}

/** The shapes that answers are made of; what only inputs use is described with them. */
function reachable(all: Record<string, JsonSchema>, names: string[], seen = new Set<string>()): Set<string> {
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    const text = JSON.stringify(all[name] ?? {});
    const next = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      (match) => match[1] ?? "",
    );
    reachable(all, next, seen);
  }
  return seen;
}

function inputSchemas(names: Map<z.ZodType, string>): Record<string, JsonSchema> {
  return Object.fromEntries(
    [...names].map(([schema, name]) => [
      name,
      simplify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })),
    ]),
  );
}

/** Remove what is of no use to a reader: self-references, the pattern behind a format, the bounds of safe integers. */
function simplify(value: unknown): JsonSchema {
  return clean(value) as JsonSchema;
}

function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== "object" || value === null) return value;
  const noise = noiseOf(value as JsonSchema);
  const kept = Object.entries(value).filter(([key, inner]) => !noise.has(key) && !isSafeBound(key, inner));
  return Object.fromEntries(kept.map(([key, inner]) => [key, clean(inner)]));
}

function noiseOf(schema: JsonSchema): Set<string> {
  const names = ["$schema", "$id"];
  if (typeof schema.format === "string") names.push("pattern");
  // Answers grow by new fields, and unknown fields of inputs are dropped: neither is closed.
  if (schema.additionalProperties === false) names.push("additionalProperties");
  return new Set(names);
}

function isSafeBound(key: string, value: unknown): boolean {
  return /^(min|max)imum$/.test(key) && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER;
}

function sorted(schemas: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => a.localeCompare(b)));
}
