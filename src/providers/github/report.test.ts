import { BASE, FINE_GRAINED, setUp, withPermissions, withScopes } from "@test/kit/github-session";
import { describe, expect, it } from "vitest";
import { testConnection } from "@/providers/connection/check-connection";
import { github } from "@/providers/github";
import { appsOf } from "@/providers/github/fake/apps";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { Simulated } from "@/providers/simulator/simulated";
import type { World } from "@/providers/simulator/world";

const ok = { outcome: "ok" } as const;
const now = () => new Date("2026-05-03T10:00:00Z");

async function report(host: Simulated, token: string | undefined, respond = host.respond) {
  const { settings, ...connection } = host.connection(token ?? "");
  const found = await testConnection({
    provider: github,
    session: {
      ...connection,
      settings: { ...settings, organization: "acme" },
      now,
      http: { send: async (request) => respond(request) },
      git: { lsRemote: async () => ({ defaultBranch: "main", branches: [], tags: [] }) },
    },
    probe: async () => ({
      ...{ address: ok, dns: ok, tls: ok, reachable: ok, certificate: null },
      ...{ serverDate: now(), seenAt: now(), millis: 5 },
    }),
  });
  const check = (id: string) => found.checks.find((one) => one.id === id);
  return { ...found, check };
}

it("the report of a fine-grained token tries what it may read, and leaves open what it may write", async () => {
  const { host } = setUp({ world: withPermissions(null) });
  const found = await report(host, FINE_GRAINED);
  expect(found.ok).toBe(true);
  expect(found.check("scopes")).toMatchObject({
    status: "skip",
    detail: expect.stringContaining("does not tell the scopes"),
  });
  expect(found.check("branches")?.status).toBe("pass");
  const features = ["webhooks", "commitStatus", "pullRequests"].map((id) => found.check(id));
  expect(features.map((check) => check?.status)).toEqual(["skip", "skip", "skip"]);
  expect(features.map((check) => check?.detail.split(". ")[0])).toEqual([
    "Creating webhooks needs Webhooks: read and write",
    "Reporting deployments on commits needs Commit statuses: read and write",
    "Commenting on pull requests needs Pull requests: read and write",
  ]);
});

it("the report names the permission that a fine-grained token lacks", async () => {
  const { host } = setUp({ world: withPermissions(["metadata=read"]) });
  const found = await report(host, FINE_GRAINED);
  expect(found.check("branches")).toMatchObject({
    status: "fail",
    detail: "GitHub accepts this token, but it lacks contents: read.",
    fix: { url: expect.stringContaining("/settings/personal-access-tokens/new?") },
  });
});

it("the report of single sign-on says how to authorize the token, not to make a new one", async () => {
  const { host, world } = setUp({ world: withScopes(["repo", "read:org"]) });
  const header = "required; url=https://github.com/orgs/acme/sso?authorization_request=A1";
  const found = await report(host, world.tokens[0]?.value, async (request) =>
    request.url.includes("/orgs/acme/")
      ? Response.json({ message: "SAML" }, { status: 403, headers: { "x-github-sso": header } })
      : host.respond(request),
  );
  expect(found.check("repositories")).toMatchObject({
    status: "fail",
    detail: "GitHub wants this token to be authorized for single sign-on of acme.",
    fix: {
      text: expect.stringContaining("Configure SSO"),
      url: expect.stringContaining(`${BASE}/settings/tokens`),
    },
  });
  expect(found.check("credential")?.status).toBe("pass");
});

describe("the report of a GitHub App", () => {
  const app = (change: (world: World) => void = () => undefined) => {
    const world = seedWorld();
    const { host } = setUp({ world, authMethod: "app" });
    change(world);
    const connect = () => host.connections?.app?.(BOT_TOKEN) ?? host.connection("");
    return report({ ...host, connection: connect }, BOT_TOKEN);
  };

  it("passes, and says whose the App is and what it may do", async () => {
    const found = await app();
    expect(found).toMatchObject({ ok: true, account: { name: "acme-bot" }, missingScopes: [] });
    expect(found.rateLimit?.limit).toBe(5000);
    for (const id of ["credential", "expiry", "scopes", "branches", "gitRead"])
      expect([id, found.check(id)?.status]).toEqual([id, "pass"]);
  });

  it("names a permission that waits for approval, and never asks for a new credential", async () => {
    const found = await app((world) => {
      for (const one of appsOf(world).installations) one.permissions = { metadata: "read" };
    });
    expect(found.check("scopes")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("contents: read"),
      fix: {
        text: "Approve its new permissions on the page of the installation.",
        url: `${BASE}/github-apps/acme-bot/installations/new`,
      },
    });
    expect(found.check("branches")?.detail).toBe("The App was not given contents: read.");
    expect(JSON.stringify(found)).not.toMatch(/create a new (?:one|token)|paste it here/i);
  });

  it("says that the App was removed or suspended, and what to do", async () => {
    const removed = await app((world) => appsOf(world).installations.splice(0));
    expect(removed.check("credential")).toMatchObject({
      status: "fail",
      fix: { text: "Connect again to install it." },
    });
    const suspended = await app((world) => {
      for (const one of appsOf(world).installations) one.suspendedAt = "2026-05-01T00:00:00Z";
    });
    expect(suspended.check("credential")?.status).toBe("pass");
    expect(suspended.check("scopes")?.detail).toBe("The installation of the App is suspended on GitHub.");
  });
});
