import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { BASE, type Harness, type HarnessOptions, harness } from "@test/conformance/harness";
import { faultOf, identitySteps } from "@test/conformance/scenario";
import { hookSteps, statusSteps } from "@test/conformance/scenario-hooks";
import { refSteps } from "@test/conformance/scenario-refs";
import { reportingSteps } from "@test/conformance/scenario-reporting";
import { repositorySteps } from "@test/conformance/scenario-repositories";
import { commentSteps, requestSteps } from "@test/conformance/scenario-requests";
import { type Exchange, type SpecCheck, type SpecOptions, specCheck } from "@test/conformance/spec-replay";
import { openApiOf } from "@test/conformance/swagger2";
import { simulatorOf } from "@test/kit/simulator";
import { describe, expect, it } from "vitest";
import { registry } from "@/providers/registry";

/** The hosts' own descriptions are not part of the project; where they lie beside it, they are used. */
const folder = path.resolve(import.meta.dirname, "../../../shared/specs");

interface Description extends SpecOptions {
  file: string;
  /** Further files, where the host describes itself in several: all of them Swagger 2.0. */
  more?: string[];
  /** Where the description contradicts itself. */
  mended?: (text: string) => string;
}

const descriptions: Record<string, Description> = {
  azureDevops: {
    file: "azure-devops-git-7.1.json",
    more: ["azure-devops-core-7.1.json", "azure-devops-servicehooks-7.1.json"],
    base: new URL(BASE).origin,
    // Described within a project only; without one the same is asked of the whole organization.
    describedPath: (path) => path.replace(/^\/sub\/_apis\/git/, "/sub/any/_apis/git"),
    undescribed: /\/_apis\/connectionData$/,
    // What a type parameter stands for is described as a text.
    mended: (text) => text.replace(/"type":\s*"string",\s*"format":\s*"T"/g, '"title": "T"'),
  },
  bitbucketServer: { file: "bitbucket-datacenter-9.4.json", base: BASE },
  gitea: { file: "gitea-openapi3.json", base: BASE, nullIsEmpty: true },
  github: {
    file: "github-api.json",
    base: `${BASE}/api/v3`,
    // Where the host's own redirects and links lead; it answers there as it does by name.
    describedPath: (path) => path.replace(/^\/repositories\/\d+/, "/repos/any/any"),
    // In the list of installations an account is a person and an enterprise at once; alone it is one of them.
    mended: (text) =>
      text.replace(/("account":\{"nullable":true,)"allOf"(:\[\{"title":"Simple User")/g, '$1"anyOf"$2'),
  },
};

function descriptionOf(type: string): (Description & { path: string }) | null {
  const description = descriptions[type];
  const file = path.join(folder, description?.file ?? "none");
  return description && existsSync(file) ? { ...description, path: file } : null;
}

function documentOf({ path: file, more, mended = same }: Description & { path: string }): unknown {
  const read = (name: string): unknown =>
    JSON.parse(mended(readFileSync(name, "utf8").replace(/^\uFEFF/, "")));
  return more ? openApiOf([read(file), ...more.map((name) => read(path.join(folder, name)))]) : read(file);
}

function same(text: string): string {
  return text;
}

/** Run the whole scenario, by every auth method, and keep all that was asked and answered. */
async function record(type: string): Promise<Exchange[]> {
  const simulate = await simulatorOf(type);
  const exchanges: Exchange[] = [];
  let authMethod: string | undefined;
  const open = (options: HarnessOptions = {}): Harness => {
    const provider = registry[type];
    if (!provider) throw new Error(`no provider ${type}`);
    return harness(provider, simulate, {
      ...options,
      authMethod,
      async respond(request, host) {
        const read = request.clone();
        const response = await (options.respond ? options.respond(request, host) : host.respond(request));
        const body = await jsonOf(response.clone());
        const { method, url } = request;
        const sent = method === "GET" ? undefined : await jsonOf(read);
        exchanges.push({ method, url, status: response.status, body, sent });
        return response;
      },
    });
  };
  for (authMethod of [undefined, ...Object.keys(open().host.connections ?? {})]) {
    const hooks = open().forge.hooks ? hookSteps : [];
    const { forge } = open();
    const reporting = [...requestSteps, ...commentSteps, ...reportingSteps].filter(
      ({ member }) => forge[member] !== undefined,
    );
    const all = [...identitySteps, ...repositorySteps, ...refSteps, ...hooks, ...statusSteps, ...reporting];
    for (const step of all) {
      if (!/20,000|10,000|large push|among many/.test(step.name)) await faultOf(step.run(open));
    }
  }
  return exchanges;
}

/** Undefined when it is none. */
async function jsonOf(message: Request | Response): Promise<unknown> {
  return message.json().catch(() => undefined);
}

for (const type of Object.keys(registry)) {
  const description = descriptionOf(type);
  const name = description ? "" : " (not run: there is no description)";
  describe.skipIf(!description)(`the simulated ${type} and the API description of its host${name}`, () => {
    it("agree in every path, parameter, field and type", { timeout: 60_000 }, async () => {
      if (!description) return;
      const check = specCheck(documentOf(description), description);
      const exchanges = await record(type);
      expect(exchanges.length).toBeGreaterThan(50);
      expect([...new Set(exchanges.flatMap(check))]).toEqual([]);
    });
  });
}

describe("the check against an API description", () => {
  const thing = {
    type: "object",
    properties: { id: { type: "integer" }, tags: { type: "array", items: { type: "string" } } },
  };
  const answer = {
    description: "",
    content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } },
  };
  const check: SpecCheck = specCheck(
    {
      servers: [{ url: "X/api" }],
      paths: {
        "/things/{id}/parts/{name}": {
          get: {
            parameters: [{ name: "name", in: "path", required: true, "x-multi-segment": true }],
            responses: { 200: { $ref: "#/components/responses/Thing" } },
          },
        },
        "/things/{id}": {
          get: {
            parameters: [{ $ref: "#/components/parameters/deep" }],
            responses: { 200: { $ref: "#/components/responses/Thing" }, 404: { description: "" } },
          },
        },
      },
      components: {
        schemas: { Thing: thing },
        responses: { Thing: answer },
        parameters: { deep: { name: "deep", in: "query", schema: { type: "boolean" } } },
      },
    },
    { base: "https://git.example.com", describedPath: (path) => path.replace("/old", "/things") },
  );
  const exchange = (given: Partial<Exchange>): Exchange => ({
    method: "GET",
    url: "https://git.example.com/api/things/7",
    status: 200,
    body: { id: 7, tags: null },
    ...given,
  });

  it("accepts an exchange that is described", () => {
    expect(check(exchange({}))).toEqual([]);
    expect(check(exchange({ status: 404, body: {} }))).toEqual([]);
    expect(check(exchange({ url: "https://git.example.com/api/things/7?deep=true" }))).toEqual([]);
    expect(check(exchange({ url: "https://git.example.com/api/things/7/parts/a/b" }))).toEqual([]);
    expect(check(exchange({ url: "https://git.example.com/api/old/7" }))).toEqual([]);
  });

  it.each<[string, Partial<Exchange>]>([
    ["a path", { url: "https://git.example.com/api/thing" }],
    ["a path with more parts", { url: "https://git.example.com/api/things/7/8" }],
    ["a path outside the API", { url: "https://git.example.com/things/7" }],
    ["a method", { method: "DELETE" }],
    ["a parameter", { url: "https://git.example.com/api/things/7?wide=true" }],
    ["a parameter's type", { url: "https://git.example.com/api/things/7?deep=7" }],
    ["a field", { body: { id: 7, name: "x" } }],
    ["a field's type", { body: { id: "7" } }],
    ["a status", { status: 201 }],
  ])("finds %s that is not", (_what, given) => expect(check(exchange(given))).toHaveLength(1));
});
