import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { oauthHost, unauthorizedProvider } from "@test/kit/oauth-flow";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { db } from "@/db/client";
import { begin } from "@/features/git-provider/oauth/begin";
import { callback, type Outcome } from "@/features/git-provider/oauth/callback";
import { Fault } from "@/lib/fault";
import type { Authorization, Grant, Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

testDatabase();

let owner: TestMember;
beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});
afterEach(() => vi.restoreAllMocks());

const gitlab = registry.gitlab as Provider;
const way = gitlab.authorization as Authorization<unknown, unknown>;

/** Finish a flow with any code, at a host that answers with this grant. */
async function finishFlow(grant: Grant): Promise<{ gitProviderId: string; outcome: Outcome }> {
  oauthHost();
  const { gitProviderId } = await unauthorizedProvider(owner);
  const step = await begin(owner.caller, { gitProviderId, returnTo: "/applications/x" });
  vi.spyOn(way, "complete").mockResolvedValueOnce(grant);
  const state = new URL(step.url).searchParams.get("state") ?? "";
  const query = new URLSearchParams({ code: "c", state });
  return { gitProviderId, outcome: await callback(owner.caller, gitlab, query) };
}

describe("authorization in several steps", () => {
  it("redirects to the next step with a new state, and stores what it has so far", async () => {
    const { gitProviderId, outcome } = await finishFlow({ next: "install", settings: { username: "app" } });
    expect(outcome).toMatchObject({ kind: "step", step: { kind: "link" } });
    const flows = await db().oauthFlow.findMany({ where: { gitProviderId }, orderBy: { createdAt: "asc" } });
    expect(flows.map(({ step, usedAt }) => [step, usedAt !== null])).toEqual([
      ["authorize", true],
      ["install", false],
    ]);
    expect(flows[1]).toMatchObject({ returnTo: "/applications/x", credentialVersion: 2 });
    const row = await db().gitProvider.findUniqueOrThrow({
      where: { gitProviderId },
      include: { gitlab: true },
    });
    expect(row.gitlab?.username).toBe("app");
    expect(row.health).toMatchObject({ state: "pending", reason: { code: "authorize_pending" } });
  });

  it("stays pending when the host waits for somebody's approval", async () => {
    const pending = { code: "authorize_pending", params: { host: "GitLab" } };
    const { gitProviderId, outcome } = await finishFlow({ pending });
    expect(outcome).toEqual({ kind: "back", path: "/applications/x" });
    const row = await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
    expect(row.health).toMatchObject({ state: "pending", reason: pending });
  });

  it("begins with the step that the provider names", async () => {
    oauthHost();
    const { gitProviderId } = await unauthorizedProvider(owner);
    const asked = vi.spyOn(way, "begin");
    vi.spyOn(way, "firstStep").mockReturnValueOnce("manifest");
    await begin(owner.caller, { gitProviderId });
    expect(asked.mock.calls[0]?.[1]).toMatchObject({ step: "manifest", publiclyReachable: false });
    expect(await db().oauthFlow.findFirst({ where: { gitProviderId } })).toMatchObject({ step: "manifest" });
  });

  it("does not begin for a host that is known not to support it, and says what to use instead", async () => {
    oauthHost();
    const { gitProviderId } = await unauthorizedProvider(owner);
    const fault = new Fault("unsupported", {
      code: "authorization_unsupported",
      params: { host: "Old", method: "x" },
    });
    vi.spyOn(way, "begin").mockRejectedValueOnce(fault);
    await expect(begin(owner.caller, { gitProviderId })).rejects.toBe(fault);
    expect(await db().oauthFlow.count({ where: { gitProviderId } })).toBe(0);
  });
});
