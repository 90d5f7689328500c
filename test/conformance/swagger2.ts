import { z } from "zod";

/** Turns the Swagger 2.0 files of a host into one description in the form that the check reads. */

const Schema = z.record(z.string(), z.unknown());
type Schema = z.infer<typeof Schema>;

const Swagger = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  definitions: z.record(z.string(), Schema),
  parameters: z.record(z.string(), Schema),
});

const Operation = z.object({
  parameters: z.array(Schema).optional(),
  responses: z.record(z.string(), Schema),
});

export function openApiOf(files: unknown[]) {
  const all = files.map((file) => Swagger.parse(file));
  const definitions = Object.assign({}, ...all.map((one) => one.definitions));
  const schemas = Object.entries(definitions).map(([name]) => [name, flat(definitions, name)]);
  const paths = all
    .flatMap((one) => Object.entries(one.paths))
    .map(([path, methods]) => [path, operations(methods)]);
  const parameters = all
    .flatMap((one) => Object.entries(one.parameters))
    .map(([name, one]) => [name, parameter(one)]);
  return moved({
    servers: [{ url: "" }],
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(schemas), parameters: Object.fromEntries(parameters) },
  });
}

/** A definition with the fields of those that it extends: each alone would forbid the fields of the other. */
function flat(definitions: Record<string, Schema>, name: string): Schema {
  const { allOf, ...own } = definitions[name] ?? {};
  const bases = z
    .array(z.object({ $ref: z.string() }))
    .catch([])
    .parse(allOf);
  const parents = bases.map(({ $ref }) => flat(definitions, $ref.split("/").at(-1) ?? ""));
  const properties = Object.assign({}, ...[...parents, own].map((one) => one.properties));
  return own.properties === undefined && parents.length === 0 ? own : { ...own, properties };
}

function operations(methods: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(methods).map(([method, text]) => {
    const operation = Operation.safeParse(text).data;
    if (!operation) return [method, text];
    const responses = Object.entries(operation.responses).map(([status, one]) => [status, response(one)]);
    const parameters = (operation.parameters ?? []).map(parameter);
    return [method, { parameters, responses: Object.fromEntries(responses) }];
  });
  return Object.fromEntries(entries);
}

function parameter(one: Schema): Schema {
  return "$ref" in one ? one : { ...one, schema: { type: one.type, enum: one.enum } };
}

/** A list is described as an array, and sent as `{count, value}`. */
function response({ schema, ...rest }: Schema): Schema {
  if (schema === undefined) return rest;
  const isList = Schema.safeParse(schema).data?.type === "array";
  const properties = { count: { type: "integer" }, value: schema };
  const sent = isList ? { type: "object", properties, required: ["count", "value"] } : schema;
  return { ...rest, content: { "application/json": { schema: sent } } };
}

/** References lead to where OpenAPI 3 keeps them. */
function moved(document: unknown): unknown {
  const text = JSON.stringify(document);
  return JSON.parse(text.replaceAll('"#/definitions/', '"#/components/schemas/'));
}
