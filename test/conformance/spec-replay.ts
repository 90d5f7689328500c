import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { z } from "zod";

/** Compares the requests to a simulated host and its answers with the host's own OpenAPI 3.0 file. */

const Parameter = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().optional(),
  schema: z.object({ type: z.string().optional(), enum: z.array(z.unknown()).optional() }).optional(),
  /** GitHub's mark of a path parameter that may hold slashes. */
  "x-multi-segment": z.boolean().optional(),
});
type Parameter = z.infer<typeof Parameter>;

const Reference = z.object({ $ref: z.string() });

const Content = z.object({
  content: z.record(z.string(), z.object({ schema: z.unknown().optional() })).optional(),
});

const Operation = z.object({
  parameters: z.array(z.union([Reference, Parameter])).optional(),
  responses: z.record(z.string(), z.unknown()),
  requestBody: z.unknown().optional(),
});
type Operation = z.infer<typeof Operation>;

const Document = z.object({
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.record(z.string(), z.record(z.string(), z.unknown())),
});
type Document = z.infer<typeof Document>;

export interface Exchange {
  method: string;
  url: string;
  status: number;
  /** JSON, undefined when the answer was none. */
  body: unknown;
  /** JSON that was sent. */
  sent?: unknown;
}

/** What is wrong with an exchange, in words; nothing when all of it is in the description. */
export type SpecCheck = (exchange: Exchange) => string[];

export interface SpecOptions {
  /** Address of the simulated host, in front of the path that the description's server names. */
  base: string;
  /** The described path that stands for one which the description leaves out. */
  describedPath?: (path: string) => string;
  /** Paths that the description leaves out altogether. */
  undescribed?: RegExp;
  /** A list without rows may be sent as null. */
  nullIsEmpty?: boolean;
}

export function specCheck(
  description: unknown,
  { base, describedPath, undescribed, nullIsEmpty }: SpecOptions,
): SpecCheck {
  const document = Document.parse(description);
  const root = base + document.servers[0]?.url.replace(/^(?:[a-z]+:\/\/)?[^/]*/, "");
  const validators = validatorsOf(document);
  const operationOf = operationsOf(document);
  return (exchange) => {
    const url = new URL(exchange.url);
    const path = `${url.origin}${url.pathname}`;
    if (!path.startsWith(`${root}/`)) return [`${path} is outside the API`];
    const below = path.slice(root.length);
    if (undescribed?.test(below)) return [];
    const found = operationOf(describedPath?.(below) ?? below, exchange.method);
    if (!found) return [`${exchange.method} ${path} is not in the description`];
    const problems = [
      ...queryProblems(parametersOf(document, found), url.searchParams),
      ...bodyProblems(document, validators, found, nullIsEmpty ? withEmptyList(exchange) : exchange),
      ...sentProblems(validators, found, exchange),
    ];
    return problems.map((problem) => `${exchange.method} ${url.pathname}: ${problem}`);
  };
}

function withEmptyList(exchange: Exchange): Exchange {
  return exchange.body === null ? { ...exchange, body: [] } : exchange;
}

/** Finds the operation of a path: one with fewer parameters goes first, then one that names more of the path. */
function operationsOf(document: Document): (path: string, method: string) => Operation | null {
  const patterns = Object.entries(document.paths)
    .map(([template, methods]) => ({ methods, template, pattern: pattern(document, template, methods) }))
    .toSorted(
      (a, b) => parametersIn(a.template) - parametersIn(b.template) || b.template.length - a.template.length,
    );
  return (path, method) => {
    const found = patterns.find((one) => one.pattern.test(path))?.methods[method.toLowerCase()];
    return found === undefined ? null : Operation.parse(found);
  };
}

function parametersIn(template: string): number {
  return template.split("{").length - 1;
}

function pattern(document: Document, template: string, methods: Record<string, unknown>): RegExp {
  const operations = Object.values(methods).flatMap((one) => Operation.safeParse(one).data ?? []);
  const parameters = operations.flatMap((one) => parametersOf(document, one));
  const wide = new Set(parameters.filter((one) => one["x-multi-segment"]).map((one) => `{${one.name}}`));
  const parts = template.split(/(\{[^}]*\})/).map((part) => {
    if (part.startsWith("{")) return wide.has(part) ? ".+" : "[^/]+";
    return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}

function parametersOf(document: Document, operation: Operation): Parameter[] {
  return (operation.parameters ?? []).map((one) => {
    if (!("$ref" in one)) return one;
    return Parameter.parse(document.components.parameters?.[one.$ref.split("/").at(-1) ?? ""]);
  });
}

function queryProblems(parameters: Parameter[], query: URLSearchParams): string[] {
  const known = parameters.filter((parameter) => parameter.in === "query");
  const missing = known.filter((parameter) => parameter.required && !query.has(parameter.name));
  const wrong = [...query].flatMap(([name, value]) => {
    const parameter = known.find((one) => one.name === name);
    if (!parameter) return [`the parameter ${name} is not in the description`];
    return fits(parameter.schema, value) ? [] : [`the parameter ${name} cannot be ${value}`];
  });
  return [...missing.map((parameter) => `the parameter ${parameter.name} is missing`), ...wrong];
}

function fits(schema: Parameter["schema"], value: string): boolean {
  if (schema?.enum) return schema.enum.includes(value);
  if (schema?.type === "integer") return /^-?\d+$/.test(value);
  return schema?.type !== "boolean" || value === "true" || value === "false";
}

type Validators = (schema: unknown) => ValidateFunction;

function validatorsOf(document: Document): Validators {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  // Servers send "" for an absent address and git's short form for ssh, whatever their description says.
  ajv.addFormat("uri", /^$|^[a-z][a-z0-9+.-]*:\/\/\S+$|^[^\s@/]+@[^\s:]+:\S+$/);
  const { schemas, responses } = document.components;
  ajv.addSchema({ $id: "spec", components: strict({ schemas, responses }) });
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const text = JSON.stringify(schema).replaceAll('"#/', '"spec#/');
    const known = compiled.get(text) ?? ajv.compile(strict(JSON.parse(text)) as object);
    compiled.set(text, known);
    return known;
  };
}

function bodyProblems(
  document: Document,
  validators: Validators,
  operation: Operation,
  exchange: Exchange,
): string[] {
  const schema = schemaOf(document, operation, exchange.status);
  // Described without a body, as the answer to a removal is.
  if (schema === undefined && operation.responses[exchange.status] !== undefined) return [];
  if (schema === undefined) return exchange.status < 400 ? [`${exchange.status} is not described`] : [];
  const validate = validators(schema);
  if (validate(exchange.body)) return [];
  return (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  );
}

function sentProblems(validators: Validators, { requestBody }: Operation, { sent }: Exchange): string[] {
  if (sent === undefined || requestBody === undefined) return [];
  const { content = {} } = Content.parse(requestBody);
  const schema = (content["application/json"] ?? content["*/*"])?.schema;
  if (schema === undefined) return [];
  const validate = validators(schema);
  if (validate(sent)) return [];
  return (validate.errors ?? []).map(
    (error) => `sent: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  );
}

/** Undefined where the answer is not described, or described without a body. */
function schemaOf(document: Document, operation: Operation, status: number): unknown {
  const named = Reference.safeParse(operation.responses[status]);
  const name = named.success ? named.data.$ref.split("/").at(-1) : undefined;
  const response = name ? document.components.responses?.[name] : operation.responses[status];
  if (response === undefined) return undefined;
  const { content = {} } = Content.parse(response);
  const type = Object.keys(content).find((name) => /^application\/json\b/.test(name));
  return content[type ?? ""]?.schema;
}

/** The same schemas, with no field beside those named, and null for whatever is a pointer, list or map in the server. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [
    key,
    key === "allOf" && Array.isArray(value) ? value.map(part) : strict(value),
  ]);
  const copy: Record<string, unknown> = Object.fromEntries(entries);
  // A description that names no field at all leaves them open.
  const isOpen = Object.keys(copy.properties ?? {}).length === 0;
  const isNamed = copy.type === "object" && !isOpen && !copy.additionalProperties;
  if (isNamed) copy.additionalProperties = false;
  if (typeof copy.properties === "object" && copy.properties !== null)
    copy.properties = nullable(copy.properties);
  // A closed list of values does not name null beside `nullable`.
  if (copy.nullable === true && Array.isArray(copy.enum)) copy.enum = [...copy.enum, null];
  if (copy.nullable !== true || copy.type !== undefined) return copy;
  const { nullable: _, ...rest } = copy;
  return { anyOf: [rest, { type: "null" }] };
}

/** One of several schemas that apply together (allOf): a field that it does not name may be in another one. */
function part(schema: unknown): unknown {
  const copy = strict(schema);
  if (typeof copy !== "object" || copy === null || !("additionalProperties" in copy)) return copy;
  const { additionalProperties: _, ...open } = copy;
  return open;
}

function nullable(properties: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      // Examples have fields called properties too.
      if (typeof schema !== "object" || schema === null) return [name, schema];
      const isPointer = "$ref" in schema || schema.type === "array" || schema.type === "object";
      return [name, isPointer ? { anyOf: [schema, { type: "null" }] } : schema];
    }),
  );
}
