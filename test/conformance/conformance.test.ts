import { type Harness, type HarnessOptions, harness } from "@test/conformance/harness";
import { endless, hostile } from "@test/conformance/hostile";
import { everything, faultOf, identitySteps, lister, type Step } from "@test/conformance/scenario";
import { listSteps } from "@test/conformance/scenario-lists";
import { refSteps } from "@test/conformance/scenario-refs";
import { repositorySteps } from "@test/conformance/scenario-repositories";
import { toy } from "@test/conformance/toy";
import { simulate as simulateToy } from "@test/conformance/toy/fake";
import { simulatorOf } from "@test/kit/simulator";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registry } from "@/providers/registry";

const steps: Step[] = [...identitySteps, ...repositorySteps, ...refSteps, ...listSteps];
const site = { fullName: "acme/site" };

/** Also runs for a type that is not in the registry, to show that one folder is enough. */
for (const [type, provider] of Object.entries({ ...registry, toy })) {
  const simulate = provider === toy ? simulateToy : await simulatorOf(type);
  const open = (options?: HarnessOptions): Harness => harness(provider, simulate, options);
  suite(type, open);
  for (const authMethod of Object.keys(open().host.connections ?? {})) {
    suite(`${type} by ${authMethod}`, (options) => open({ ...options, authMethod }), { isFirst: false });
  }
}

/** Only the first auth method of a type meets what takes long and is the same for all of them. */
function suite(type: string, open: (options?: HarnessOptions) => Harness, { isFirst } = { isFirst: true }) {
  const { forge } = open();

  describe(`${type}: the scenario`, () => {
    for (const step of steps.filter(({ anyAuthMethod }) => isFirst || !anyAuthMethod)) {
      const isAbsent = step.needs !== undefined && forge[step.needs] === undefined;
      const name = isAbsent ? `${step.name} (left out: ${type} has no ${step.needs})` : step.name;
      it.skipIf(isAbsent)(name, async () => {
        expect.assertions(step.assertions);
        await step.run(open);
      });
    }
  });

  const without = forge.repositories ? "" : ` (left out: ${type} reads nothing through an API)`;
  describe.skipIf(!forge.repositories)(`${type}: a host that answers with${without}`, () => {
    it.each(hostile)("$name ends every call in the fault $code", async ({ respond, code }) => {
      const at = open({ respond }).forge;
      const calls = [
        lister(at).list({ limit: 10 }),
        lister(at).get(site),
        at.refs.list(site, { kind: "branch", limit: 10 }),
        at.refs.list(site, { kind: "tag", limit: 10 }),
        at.refs.resolve(site, "main"),
      ];
      const codes = await Promise.all(calls.map(async (call) => (await faultOf(call)).code));
      expect(codes).toEqual(calls.map(() => code));
    });

    it.each(hostile)(
      "$name causes only faults when the probe and the account are asked for",
      async ({ respond }) => {
        const at = open({ respond }).forge;
        for (const call of [at.probe, at.verify, async () => at.owners?.list()]) {
          expect(await faultOf(call())).toHaveProperty("code");
        }
      },
    );

    it("any JSON causes only faults", async () => {
      const status = fc.constantFrom(200, 200, 200, 201, 302, 400, 403, 422);
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), status, async (body, code) => {
          const at = open({ respond: () => Response.json(body, { status: code }) }).forge;
          await faultOf(at.probe());
          await faultOf(at.verify());
          await faultOf(lister(at).list({ limit: 10, owner: "acme", search: "s" }));
          await faultOf(lister(at).get({ id: "101", fullName: "acme/site" }));
          await faultOf(at.refs.list(site, { kind: "tag", limit: 10, search: "v" }));
          await faultOf(at.refs.resolve(site, "refs/tags/v1"));
        }),
        { numRuns: isFirst ? 100 : 25 },
      );
    });

    it("endlessly repeating pages ends every list", async () => {
      const { forge: at, sent } = open({ respond: endless });
      await everything((cursor) => lister(at).list({ limit: 2, cursor }));
      await everything((cursor) => at.refs.list(site, { kind: "branch", limit: 2, cursor }));
      await at.refs.list(site, { kind: "branch", limit: 2, search: "zzz" });
      await at.owners?.list();
      expect(sent.length).toBeLessThan(50);
    });
  });
}

describe("the conformance scenario", () => {
  it("is run for every provider type", () => expect(Object.keys(registry).length).toBeGreaterThan(0));

  it("has at least ten steps for a type without a list of repositories", () => {
    expect(steps.filter((step) => step.needs === undefined).length).toBeGreaterThanOrEqual(10);
  });
});
