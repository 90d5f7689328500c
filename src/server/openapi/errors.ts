import { faults } from "@/lib/fault";

const meaning: Record<number, string> = {
  400: "The input cannot be used; `issues` names the fields.",
  401: "No credentials, or a key that is wrong, revoked or expired.",
  403: "The caller may not do this.",
  404: "There is no such thing, or the caller may not see it.",
  405: "This procedure takes another method.",
  409: "It exists already, is still in use, or clashes with another call.",
  413: "The body is larger than 1 MiB.",
  415: "The body is not application/json.",
  422: "The address must not be called from this server.",
  424: "The Git host refused the stored credential, or it lacks a scope.",
  429: "Too many calls, here or at the Git host; Retry-After says when to come back.",
  500: "A bug on our side; the text is withheld, `requestId` finds it in the log.",
  501: "This host, type or version cannot do that.",
  502: "The Git host answered in a form that cannot be read.",
  503: "Something this needs is not reachable at the moment.",
};

/** The body of every failed call. */
export const errorSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "fault", "reason", "requestId"],
      properties: {
        code: { type: "string", enum: [...new Set(Object.values(faults).map((fault) => fault.trpc))] },
        message: { type: "string", description: "What happened, why, and what to do next." },
        fault: { type: "string", enum: Object.keys(faults) },
        reason: {
          type: "object",
          required: ["code"],
          properties: { code: { type: "string" }, params: { type: "object" } },
        },
        requestId: { type: "string" },
        issues: {
          type: "array",
          items: {
            type: "object",
            required: ["path", "message"],
            properties: { path: { type: "string" }, message: { type: "string" } },
          },
        },
        details: { type: "object", description: "Structured detail of some faults." },
        retryAt: { type: "string", format: "date-time" },
      },
    },
  },
};

/** One response per HTTP status that a fault can have. */
export function errorResponses() {
  const statuses = [...new Set(Object.values(faults).map((fault) => fault.http))].sort();
  return Object.fromEntries(statuses.map((status) => [`Error${status}`, errorResponse(status)]));
}

function errorResponse(status: number) {
  const codes = Object.entries(faults).flatMap(([code, fault]) => (fault.http === status ? [code] : []));
  return {
    description: `${meaning[status] ?? "The call failed."} Fault: ${codes.map((code) => `\`${code}\``).join(", ")}.`,
    headers: {
      "x-request-id": { $ref: "#/components/headers/RequestId" },
      ...(status === 429 && { "retry-after": { schema: { type: "integer" }, description: "Seconds." } }),
    },
    content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
  };
}

/** References to the error responses of a call. */
export function errorRefs(statuses: number[]) {
  return Object.fromEntries(
    statuses.map((status) => [String(status), { $ref: `#/components/responses/Error${status}` }]),
  );
}
