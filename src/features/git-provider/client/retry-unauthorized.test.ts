import { harness } from "@test/conformance/harness";
import { simulatorOf } from "@test/kit/simulator";
import { expect, it } from "vitest";
import { retryUnauthorized } from "@/features/git-provider/client/retry-unauthorized";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";
import type { Forge } from "@/providers/provider";
import { registry } from "@/providers/registry";

const row = { rejectionCount: 0, health: null } as ProviderRow;

const forges: { name: string; forge: Forge }[] = [];
for (const [type, provider] of Object.entries(registry)) {
  const simulate = await simulatorOf(type);
  const { host, forge } = harness(provider, simulate);
  forges.push({ name: type, forge });
  for (const authMethod of Object.keys(host.connections ?? {}))
    forges.push({ name: `${type} ${authMethod}`, forge: harness(provider, simulate, { authMethod }).forge });
}

it.each(forges)("leaves no member of $name out", ({ forge }) => {
  const shown = retryUnauthorized({ row, forge }, async () => null);
  expect(Object.keys(shown).toSorted()).toEqual(
    Object.keys(forge)
      .filter((name) => forge[name as keyof Forge] !== undefined)
      .toSorted(),
  );
});

it("makes a call of a group once more with the next token, and with the same arguments", async () => {
  const asked: unknown[] = [];
  const withToken = (token: string): Forge =>
    ({
      statuses: {
        set: async (...given: unknown[]) => {
          asked.push([token, ...given]);
          if (token === "old") throw new Fault("credential_rejected", { code: "token_rejected" });
        },
      },
    }) as Partial<Forge> as Forge;
  const shown = retryUnauthorized({ row, forge: withToken("old") }, async () => ({
    row,
    forge: withToken("new"),
  }));
  const key = { fullName: "acme/site" };
  const status = { sha: "a", state: "pending", context: "c", description: "", url: "" } as const;
  await shown.statuses?.set(key, status);
  expect(asked).toEqual([
    ["old", key, status],
    ["new", key, status],
  ]);
});
