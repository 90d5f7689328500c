import { parts } from "@/server/readiness";

const partState = {
  type: "object",
  required: ["ok"],
  properties: {
    ok: { type: "boolean" },
    reason: {
      type: "object",
      required: ["code", "message"],
      properties: { code: { type: "string" }, params: { type: "object" }, message: { type: "string" } },
    },
  },
};

const ready = {
  type: "object",
  required: ["ready", "parts"],
  properties: {
    ready: { type: "boolean" },
    parts: {
      type: "object",
      required: [...parts],
      properties: Object.fromEntries(parts.map((part) => [part, partState])),
    },
  },
};

function json(description: string, schema: object) {
  return { description, content: { "application/json": { schema } } };
}

const deployHook = {
  post: {
    operationId: "deployHookCall",
    summary: "Deploy an environment by its deploy hook",
    description:
      "Proves itself with the hook's secret: `Authorization: Bearer <secret>`, or the body signed with it, by the headers of Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`) or as `X-Hub-Signature-256: sha256=<HMAC in hexadecimal digits>`.",
    security: [],
    parameters: [{ name: "deployHookId", in: "path", required: true, schema: { type: "string" } }],
    requestBody: {
      required: false,
      content: {
        "application/json": { schema: { type: "object", properties: { ref: { type: "string" } } } },
      },
    },
    responses: {
      "202": json("It is queued.", {
        type: "object",
        required: ["deploymentId", "status"],
        properties: { deploymentId: { type: "string" }, status: { const: "queued" } },
      }),
      "401": { description: "The address is unknown, or the secret is wrong." },
      "409": { description: "The environment is frozen or does not deploy the ref, or its provider is off." },
    },
  },
};

/** The routes beside the procedures that people and machines look at. */
export const statusPaths = {
  "/api/hooks/{deployHookId}": deployHook,
  "/api/health": {
    get: {
      operationId: "health",
      summary: "Whether the process is alive",
      security: [],
      responses: { "200": json("It is.", { type: "object", properties: { status: { const: "ok" } } }) },
    },
  },
  "/api/ready": {
    get: {
      operationId: "ready",
      summary: "Whether the process can do its work",
      security: [],
      responses: { "200": json("It can.", ready), "503": json("It cannot; each part says why.", ready) },
    },
  },
  "/api/openapi.json": {
    get: {
      operationId: "openapi",
      summary: "This document",
      security: [],
      responses: { "200": json("The OpenAPI document.", { type: "object" }) },
    },
  },
};
