import { type HarnessOptions, harness } from "@test/conformance/harness";
import { hookSteps, statusSteps } from "@test/conformance/scenario-hooks";
import { simulatorOf } from "@test/kit/simulator";
import { describe, expect, it } from "vitest";
import { registry } from "@/providers/registry";

/** A plain Git server has neither; the App of GitHub has one webhook for all repositories, made with the App. */
const withoutHooks = ["git", "github app"];

/** GitLab signs from this version on, and sends the secret itself before. */
it.each(hookSteps)("GitLab 19 $name", async (step) => {
  const simulate = await simulatorOf("gitlab");
  const { gitlab } = registry;
  if (!gitlab) throw new Error("no provider gitlab");
  expect.assertions(step.assertions);
  await step.run((options) => harness(gitlab, simulate, { ...options, version: "19.2.0-ee" }));
});

for (const [type, provider] of Object.entries(registry)) {
  const simulate = await simulatorOf(type);
  const open =
    (authMethod: string | undefined) =>
    (options: HarnessOptions = {}) =>
      harness(provider, simulate, { ...options, authMethod });
  for (const authMethod of [undefined, ...Object.keys(open(undefined)().host.connections ?? {})]) {
    const name = authMethod ? `${type} ${authMethod}` : type;
    const at = open(authMethod);

    describe(`webhooks and commit statuses of ${name}`, () => {
      it("are there where the host has them", () => {
        expect(Boolean(at().forge.hooks)).toBe(!withoutHooks.includes(name));
        expect(Boolean(at().forge.statuses)).toBe(type !== "git");
      });

      const steps = [...(at().forge.hooks ? hookSteps : []), ...(at().forge.statuses ? statusSteps : [])];
      it.skipIf(steps.length === 0).each(steps)("$name", async (step) => {
        expect.assertions(step.assertions);
        await step.run(at);
      });
    });
  }
}
