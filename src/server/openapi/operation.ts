import type { z } from "zod";
import { errorRefs } from "@/server/openapi/errors";
import type { JsonSchema } from "@/server/openapi/schema";
import type { ProcedureFacts } from "@/server/procedure-facts";

/** What an operation may refer to. */
export interface SchemaRegistry {
  schemas: Record<string, JsonSchema>;
  refs: Map<z.ZodType, string>;
}

/** The operations of one procedure by method: queries by GET and POST, mutations by POST, subscriptions by GET. */
export function operations(facts: ProcedureFacts, schemaRegistry: SchemaRegistry) {
  if (facts.type === "mutation") return { post: byPost(facts, schemaRegistry, facts.path) };
  if (facts.type === "subscription") return { get: byGet(facts, schemaRegistry) };
  return { get: byGet(facts, schemaRegistry), post: byPost(facts, schemaRegistry, `${facts.path}.post`) };
}

function byGet(facts: ProcedureFacts, schemaRegistry: SchemaRegistry) {
  return {
    ...base(facts, schemaRegistry),
    operationId: facts.path,
    parameters: [...parameters(facts, schemaRegistry), ...headers(facts)],
  };
}

function byPost(facts: ProcedureFacts, schemaRegistry: SchemaRegistry, operationId: string) {
  const schema = facts.input ? { $ref: schemaRegistry.refs.get(facts.input) } : { type: "object" };
  return {
    ...base(facts, schemaRegistry),
    operationId,
    parameters: headers(facts),
    requestBody: { required: facts.input !== null, content: { "application/json": { schema } } },
  };
}

/** Headers that a call may have. */
function headers({ type, meta }: ProcedureFacts): { $ref: string }[] {
  const names = [
    ...(type === "mutation" ? ["IdempotencyKey"] : []),
    ...(meta.access === "anyone" ? [] : ["OrganizationOfPage"]),
  ];
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

function base(facts: ProcedureFacts, schemaRegistry: SchemaRegistry) {
  const { meta, path } = facts;
  return {
    tags: [path.split(".")[0]],
    summary: meta.summary ?? path,
    description: accessText(facts),
    "x-slipway-access": meta.access,
    ...security(facts),
    responses: { "200": success(facts, schemaRegistry), ...errorRefs(statuses(facts)) },
  };
}

function accessText({ meta, type }: ProcedureFacts): string {
  const words = {
    anyone: "Needs no credentials.",
    signedIn: "Needs an API key or a session.",
    sessionOnly: "Needs the session of the web app; an API key cannot do this.",
  };
  const access =
    meta.access in words
      ? words[meta.access as keyof typeof words]
      : `Needs the permission \`${meta.access}\`.`;
  const secret = meta.answersSecret ? " The answer holds a secret that is shown this once." : "";
  const stream =
    type === "subscription"
      ? " The answer is a stream of server-sent events, resumable by `lastEventId`."
      : "";
  return `${access}${secret}${stream}`;
}

function security({ meta }: ProcedureFacts) {
  if (meta.access === "anyone") return { security: [] };
  return meta.access === "sessionOnly" ? { security: [{ session: [] }] } : {};
}

function statuses({ meta, type, path }: ProcedureFacts): number[] {
  const list = [400, 404, 405, 413, 415, 429, 500, 503];
  if (meta.access !== "anyone") list.push(401);
  if (meta.access !== "anyone" || type === "mutation") list.push(403);
  if (type === "mutation" || meta.access !== "anyone") list.push(409);
  if (callsHosts(path)) list.push(422, 424, 501, 502);
  return list.sort();
}

/** Procedures about people and keys never call a Git host; all others may. */
function callsHosts(path: string): boolean {
  return !/^(setup|user|organization|member|role|apiKey|audit)\./.test(path);
}

function success({ output, type }: ProcedureFacts, { refs }: SchemaRegistry) {
  const schema = output ? { $ref: refs.get(output) } : {};
  const media = type === "subscription" ? "text/event-stream" : "application/json";
  return {
    description: "Done.",
    headers: { "x-request-id": { $ref: "#/components/headers/RequestId" } },
    content: { [media]: { schema } },
  };
}

/** Each field of the input as a query parameter; objects are given as JSON. */
function parameters({ input }: ProcedureFacts, { schemas, refs }: SchemaRegistry) {
  const schema = input ? schemas[(refs.get(input) ?? "").split("/").pop() ?? ""] : undefined;
  if (!schema) return [];
  if (!schema.properties) return [wholeInput(schema)];
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties).map(([name, part]) => parameter(name, part, required.has(name)));
}

function parameter(name: string, part: JsonSchema, required: boolean) {
  const asJson = [part, ...(part.anyOf ?? [])].some((each) => each.type === "object");
  const value = asJson ? { content: { "application/json": { schema: part } } } : { schema: part };
  return { name, in: "query", required, ...value };
}

function wholeInput(schema: JsonSchema) {
  return { name: "input", in: "query", required: true, content: { "application/json": { schema } } };
}
