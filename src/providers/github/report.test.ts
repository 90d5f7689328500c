import { expect, it } from "vitest";
import type { Simulated } from "@/providers/conformance/simulated";
import { testConnection } from "@/providers/connection/test-connection";
import { github } from "@/providers/github";
import { BASE, FINE_GRAINED, setUp, withPermissions, withScopes } from "@/providers/github/test-session";

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

it("the report of a fine-grained token tries what it permits, and leaves open what it may write", async () => {
  const { host } = setUp({ world: withPermissions(null) });
  const found = await report(host, FINE_GRAINED);
  expect(found.ok).toBe(true);
  expect(found.check("scopes")).toMatchObject({
    status: "skip",
    detail: expect.stringContaining("does not tell the scopes"),
  });
  expect(found.check("branches")?.status).toBe("pass");
  expect(found.check("webhooks")?.status).toBe("skip");
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
