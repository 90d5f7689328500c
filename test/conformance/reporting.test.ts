import { type HarnessOptions, harness } from "@test/conformance/harness";
import { hostile } from "@test/conformance/hostile";
import { faultOf } from "@test/conformance/scenario";
import { type ReportingStep, reportingSteps } from "@test/conformance/scenario-reporting";
import { commentSteps, requestSteps } from "@test/conformance/scenario-requests";
import { simulatorOf } from "@test/kit/simulator";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registry } from "@/providers/registry";
import type { Reporting } from "@/providers/reporting";

const steps: ReportingStep[] = [...requestSteps, ...commentSteps, ...reportingSteps];

/** What each host has; what it lacks is not in its API. */
const members: Record<string, (keyof Reporting)[]> = {
  azureDevops: ["pullRequests", "comments", "changedPaths", "commits", "checks", "deliveryLog"],
  bitbucketServer: ["pullRequests", "comments", "changedPaths", "commits", "checks"],
  git: [],
  gitea: ["pullRequests", "comments", "changedPaths", "commits", "checks"],
  github: ["pullRequests", "comments", "changedPaths", "commits", "checks", "deliveryLog"],
  gitlab: ["pullRequests", "comments", "changedPaths", "commits", "checks", "deliveryLog"],
  bitbucket: ["pullRequests", "comments", "changedPaths", "commits", "checks"],
};

const key = { fullName: "acme/site" };
const [before, after] = ["1".repeat(40), "2".repeat(40)];

/** Every call that a forge has, with whatever it answers. */
function callsOf(forge: Reporting): (() => Promise<unknown> | undefined)[] {
  return [
    async () => forge.pullRequests?.list(key, { limit: 5 }),
    async () => forge.pullRequests?.get(key, 7),
    async () => forge.comments?.upsert(key, 7, { id: null, marker: "<!-- m -->", body: "<!-- m --> text" }),
    async () => forge.comments?.upsert(key, 7, { id: "9", marker: "<!-- m -->", body: "<!-- m --> text" }),
    async () => forge.changedPaths?.(key, before, after),
    async () => forge.commits?.(key, "main", 10),
    async () => forge.checks?.(key, after, "slipway/"),
    async () => forge.deliveryLog?.list(key, "5", { limit: 5 }),
    async () => forge.deliveryLog?.get(key, "5", "9"),
    async () => forge.deliveryLog?.redeliver?.(key, "5", "9"),
    async () => forge.appHook?.get(),
    async () => forge.appHook?.set({ url: "https://slipway.example.com", secret: "x" }),
  ];
}

for (const [type, provider] of Object.entries(registry)) {
  const simulate = await simulatorOf(type);
  const expected = members[type];
  if (!expected) continue;
  const open =
    (authMethod: string | undefined) =>
    (options: HarnessOptions = {}) =>
      harness(provider, simulate, { ...options, authMethod });
  for (const authMethod of [undefined, ...Object.keys(open(undefined)().host.connections ?? {})]) {
    const at = open(authMethod);
    const { forge } = at();

    describe(`push-to-deploy on ${authMethod ? `${type} by ${authMethod}` : type}`, () => {
      it("has what the host has", () => {
        const known: (keyof Reporting)[] = [
          ...(["pullRequests", "comments", "changedPaths", "commits", "checks", "deliveryLog"] as const),
        ];
        expect(known.filter((member) => forge[member] !== undefined)).toEqual(expected);
      });

      const own = steps.filter(({ member }) => forge[member] !== undefined);
      for (const step of own) {
        it(step.name, async () => {
          expect.assertions(step.assertions);
          await step.run(at);
        });
      }

      it.skipIf(own.length === 0).each(hostile)(
        "meets a host that answers with $name with faults only",
        async ({ respond }) => {
          const calls = callsOf(at({ respond }).forge);
          for (const call of calls) expect(await faultOf(call() ?? Promise.resolve())).toHaveProperty("code");
        },
      );

      it.skipIf(own.length === 0)("meets any JSON with faults only", async () => {
        const status = fc.constantFrom(200, 200, 200, 201, 204, 404, 409, 422);
        await fc.assert(
          fc.asyncProperty(fc.jsonValue(), status, async (body, code) => {
            const respond = () =>
              code === 204 ? new Response(null, { status: 204 }) : Response.json(body, { status: code });
            for (const call of callsOf(at({ respond }).forge)) await faultOf(call() ?? Promise.resolve());
          }),
          { numRuns: authMethod ? 10 : 40 },
        );
      });
    });
  }
}
