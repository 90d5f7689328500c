import { env } from "@/lib/env";
import { openApiDocument } from "@/server/openapi/document";
import { exampleOf, kindOfValue } from "@/server/openapi/example";
import type { JsonSchema } from "@/server/openapi/schema";
import { type ProcedureFacts, procedures } from "@/server/procedure-facts";

export interface Field {
  name: string;
  kind: string;
  required: boolean;
}

/** One procedure as the page shows it. */
export interface Entry {
  path: string;
  type: ProcedureFacts["type"];
  summary: string;
  access: string;
  secret: boolean;
  fields: Field[];
  /** The name of the answer's shape, and its fields. */
  answer: string;
  answerFields: Field[];
  /** JSON text of an input. */
  example: string;
  curl: string;
}

/** The reference by router, from the same document that machines read. */
export function reference(): { router: string; entries: Entry[] }[] {
  const entries = [...procedures.values()].map(entryOf);
  const routers = [...new Set(entries.map(({ path }) => routerOf(path)))];
  return routers.map((router) => ({
    router,
    entries: entries.filter(({ path }) => routerOf(path) === router),
  }));
}

function routerOf(path: string): string {
  return path.split(".")[0] ?? "";
}

function entryOf(facts: ProcedureFacts): Entry {
  const { path, type, meta } = facts;
  const { input, output } = schemasOf(path);
  const example = JSON.stringify(input ? exampleOf(input) : {});
  return {
    path,
    type,
    summary: meta.summary ?? "",
    access: meta.access,
    secret: meta.answersSecret === true,
    fields: fieldsOf(input),
    answer: output ? kindOfValue(output) : "",
    answerFields: fieldsOf(follow(output)),
    example,
    curl: curl(facts, example),
  };
}

interface Described {
  requestBody?: { content: { "application/json": { schema: JsonSchema } } };
  responses: Record<string, { content: Record<string, { schema: JsonSchema }> }>;
}

function schemasOf(path: string): { input?: JsonSchema; output?: JsonSchema } {
  const paths = openApiDocument().paths as unknown as Record<string, { get?: Described; post?: Described }>;
  const item = paths[`/api/${path}`];
  const [answer] = Object.values((item?.post ?? item?.get)?.responses["200"]?.content ?? {});
  return {
    input: follow(item?.post?.requestBody?.content["application/json"].schema),
    output: answer?.schema,
  };
}

function follow(schema: JsonSchema | undefined): JsonSchema | undefined {
  if (!schema?.$ref) return schema;
  const schemas = openApiDocument().components.schemas as Record<string, JsonSchema>;
  return schemas[schema.$ref.split("/").pop() ?? ""];
}

function fieldsOf(schema: JsonSchema | undefined): Field[] {
  const required = new Set(schema?.required ?? []);
  return Object.entries(schema?.properties ?? {}).map(([name, part]) => ({
    name,
    kind: kindOfValue(part),
    required: required.has(name),
  }));
}

function curl({ path, type, meta, input }: ProcedureFacts, example: string): string {
  const key = meta.access === "anyone" ? "" : ` \\\n  -H 'x-api-key: slw_…'`;
  const address = `${env().url}/api/${path}`;
  if (type === "query" && !input) return `curl ${address}${key}`;
  if (type === "subscription") return `curl -N '${address}?input=${encodeURIComponent(example)}'${key}`;
  const body = example.replaceAll("'", "'\\''");
  return `curl ${address}${key} \\\n  -H 'Content-Type: application/json' \\\n  -d '${body}'`;
}
