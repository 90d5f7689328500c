import { testEnv } from "@test/kit/database";
import Ajv from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, it } from "vitest";
import { setEnv } from "@/lib/env";
import { openApiDocument } from "@/server/openapi/document";
import { procedures } from "@/server/procedure-facts";

type Operation = {
  operationId: string;
  parameters?: { name: string; $ref?: string }[];
  requestBody?: unknown;
  responses: Record<string, unknown>;
  security?: object[];
};

let document: ReturnType<typeof openApiDocument>;
beforeAll(() => {
  setEnv(testEnv({ SLIPWAY_URL: "https://slipway.example.com" }));
  document = openApiDocument();
});

function operations(): [string, string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, each]): [string, string, Operation] => [
      path,
      method,
      each,
    ]),
  );
}

function refs(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "$ref" in value && typeof value.$ref === "string" ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(refs)];
}

function resolves(ref: string): boolean {
  let at: unknown = document;
  for (const step of ref.replace("#/", "").split("/"))
    at = (at as Record<string, unknown> | undefined)?.[step];
  return at !== undefined;
}

describe("the OpenAPI document", () => {
  it("has every procedure, with the methods that the REST API accepts", () => {
    const methods = { query: ["get", "post"], mutation: ["post"], subscription: ["get"] };
    for (const { path, type } of procedures.values()) {
      const item = (document.paths as Record<string, object>)[`/api/${path}`];
      expect([path, Object.keys(item ?? {})]).toEqual([path, methods[type]]);
    }
  });

  it("has no dangling $ref", () => {
    const missing = refs(document).filter((ref) => !ref.startsWith("#/components/") || !resolves(ref));
    expect(missing).toEqual([]);
  });

  it("names each operation once and answers each call with a success and the common failures", () => {
    const ids = operations().map(([, , operation]) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, , operation] of operations().filter(([path]) => path.includes("."))) {
      if (path === "/api/openapi.json") continue;
      expect([path, Object.keys(operation.responses)]).toEqual([
        path,
        expect.arrayContaining(["200", "400", "429", "500"]),
      ]);
    }
  });

  it("holds only JSON schemas that compile", () => {
    const ajv = new Ajv({ strict: false });
    addFormats(ajv);
    ajv.addSchema(document, "document");
    const broken = Object.keys(document.components.schemas).filter((name) => {
      return typeof ajv.getSchema(`document#/components/schemas/${name}`) !== "function";
    });
    expect(broken).toEqual([]);
  });

  it("does not forbid additional fields in answers", () => {
    const text = JSON.stringify(document);
    expect(text).not.toContain('"additionalProperties":false');
    expect(text).not.toContain('"$id"');
  });

  it("marks the operations that need no credentials", () => {
    const open = operations().filter(([, , operation]) => operation.security?.length === 0);
    const declared = [...procedures.values()]
      .filter(({ meta }) => meta.access === "anyone")
      .map(({ path }) => `/api/${path}`);
    // A deploy hook has a secret of its own.
    const beside = ["/api/health", "/api/openapi.json", "/api/ready", "/api/hooks/{deployHookId}"];
    expect([...new Set(open.map(([path]) => path))].sort()).toEqual([...declared, ...beside].sort());
  });

  it("describes the 409 of a deactivated provider, for lists as well", () => {
    const paths = document.paths as Record<string, { get?: Operation }>;
    expect(Object.keys(paths["/api/gitea.repositories"]?.get?.responses ?? {})).toContain("409");
  });

  it("gives mutations the Idempotency-Key header", () => {
    const create = (document.paths as Record<string, { post?: Operation }>)["/api/apiKey.create"]?.post;
    expect(create?.parameters).toContainEqual({ $ref: "#/components/parameters/IdempotencyKey" });
  });
});
