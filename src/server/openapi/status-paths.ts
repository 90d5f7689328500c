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

/** The routes beside the procedures that people and machines look at. */
export const statusPaths = {
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
