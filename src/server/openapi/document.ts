import { cookieName } from "@/access/session-cookie";
import { env } from "@/lib/env";
import { organizationHeader } from "@/lib/organization-header";
import { errorResponses, errorSchema } from "@/server/openapi/errors";
import { operations } from "@/server/openapi/operation";
import { collectSchemas } from "@/server/openapi/schema";
import { statusPaths } from "@/server/openapi/status-paths";
import { procedures } from "@/server/procedure-facts";
import manifest from "../../../package.json" with { type: "json" };

const description = `Every procedure of Slipway as plain JSON over HTTP.

Send an API key as \`x-api-key\`. Bodies are JSON of at most 1 MiB; unknown fields are dropped and \`null\` means absent.
Queries also take GET with their fields as query parameters. Times are ISO-8601 in UTC, ids are opaque text.
The same procedures answer under \`/api/trpc/<router>.<procedure>\` to tRPC 11 clients.`;

type Document = ReturnType<typeof build>;

const held: { of?: string; document?: Document } = {};

/** The OpenAPI 3.1 document of the REST API, built once from the schemas that check every call. */
export function openApiDocument(): Document {
  const { url } = env();
  if (held.of !== url || !held.document) Object.assign(held, { of: url, document: build(url) });
  return held.document ?? build(url);
}

function build(url: string) {
  const schemaRegistry = collectSchemas();
  const described = [...procedures.values()].map((facts) => [
    `/api/${facts.path}`,
    operations(facts, schemaRegistry),
  ]);
  const tags = [...new Set([...procedures.keys()].map((path) => path.split(".")[0] ?? ""))];
  return {
    openapi: "3.1.0",
    info: {
      title: "Slipway",
      version: manifest.version,
      description,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url }],
    security: [{ apiKey: [] }, { session: [] }],
    tags: tags.map((name) => ({ name })),
    paths: { ...Object.fromEntries(described), ...statusPaths },
    components: {
      schemas: { ...schemaRegistry.schemas, Error: errorSchema },
      responses: errorResponses(),
      parameters: { IdempotencyKey: idempotencyKey, OrganizationOfPage: organizationOfPage },
      headers: { RequestId: { schema: { type: "string" }, description: "Finds this call in the log." } },
      securitySchemes: {
        apiKey: { type: "apiKey", in: "header", name: "x-api-key" },
        session: { type: "apiKey", in: "cookie", name: cookieName() },
      },
    },
  };
}

const organizationOfPage = {
  name: organizationHeader,
  in: "header",
  required: false,
  description:
    "The `organizationId` for which the call is meant. When the session or key acts in another one, the answer is 409 and nothing is changed. API clients need not send it.",
  schema: { type: "string" },
};

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Any text of your choice. Within 24 hours the same key and body gives the first answer again and nothing is done twice.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};
