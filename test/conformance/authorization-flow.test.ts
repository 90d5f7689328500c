import {
  type AuthorizationFlow,
  authorizationFlow,
  type FlowOptions,
  REDIRECT,
} from "@test/conformance/authorization-flow";
import { BASE } from "@test/conformance/harness";
import { hostile } from "@test/conformance/hostile";
import { faultOf } from "@test/conformance/scenario";
import { simulatorOf } from "@test/kit/simulator";
import { describe, expect, it } from "vitest";
import { registry } from "@/providers/registry";
import { CLIENT } from "@/providers/simulator/seed";

let simulatedHosts = 0;

for (const [type, provider] of Object.entries(registry)) {
  const simulate = await simulatorOf(type);
  const { oauth } = simulate({
    world: { users: [], owners: [], tokens: [], repositories: [] },
    baseUrl: BASE,
  }).connections ?? { oauth: undefined };
  if (!oauth || !provider.manifest.methods.oauth) continue;
  simulatedHosts += 1;
  suite(type, (options) => authorizationFlow(provider, simulate, options));
}

function suite(type: string, start: (options?: FlowOptions) => AuthorizationFlow): void {
  describe(`${type}: a person who connects by OAuth`, () => {
    it("is sent to the page of the host with the state, the redirect address and no secret", async () => {
      expect.assertions(4);
      const url = await start().link();
      expect(url.searchParams.get("response_type")).toBe("code");
      expect(url.searchParams.get("client_id")).toBe(CLIENT.id);
      expect(url.searchParams.get("state")).toBe("state-0123456789abcdef");
      expect(url.href).not.toContain(CLIENT.secret);
    });

    it("authorizes Slipway, which then acts for that account", async () => {
      expect.assertions(3);
      const at = start();
      const grant = await at.connect();
      expect(grant.secrets?.accessToken).toBeTruthy();
      const forge = at.forge(grant);
      expect((await forge.verify()).account?.name).toBe("acme-bot");
      expect((await forge.refs.resolve(keyOf(at, "site"), "main")).sha).toMatch(/^[0-9a-f]{40}$/);
    });

    it("may read with git what the account may read", async () => {
      expect.assertions(1);
      const at = start();
      const { credential } = await at.forge(await at.connect()).git.remote(keyOf(at, "site"));
      const site = at.world.repositories.find((one) => one.name === "site" && one.owner === "acme");
      if (!site) throw new Error("the world has no acme/site");
      const { username = null, password = null } = credential ?? {};
      expect(at.host.mayReadGit(site, username, password)).toBe(true);
    });

    it("sees a plain message after declining", async () => {
      expect.assertions(1);
      const at = start();
      const answer = await at.decide("deny");
      expect(await faultOf(at.authorization.complete(at.session(), answer))).toEqual({
        code: "credential_rejected",
        reason: "authorization_refused",
      });
    });

    it("cannot use the same callback twice, or with another redirect address", async () => {
      expect.assertions(2);
      const at = start();
      const answer = await at.decide();
      const moved = { ...(await at.decide()), redirectUri: `${REDIRECT}/elsewhere` };
      await at.authorization.complete(at.session(), answer);
      for (const again of [answer, moved])
        expect((await faultOf(at.authorization.complete(at.session(), again))).code).toBe(
          "credential_rejected",
        );
    });

    it("is told when the client secret is wrong", async () => {
      expect.assertions(1);
      const at = start();
      const answer = await at.decide();
      const wrong = at.session({ secrets: { secret: "wrong", clientSecret: "wrong" } });
      expect(await faultOf(at.authorization.complete(wrong, answer))).toEqual({
        code: "credential_rejected",
        reason: "client_refused",
      });
    });

    it("is told when the OAuth application is missing, before anything is sent", async () => {
      expect.assertions(2);
      const at = start({ secrets: { secret: null, clientSecret: null } });
      expect((await faultOf(at.link())).reason).toBe("client_missing");
      expect(at.sent).toEqual([]);
    });

    it("is asked to finish in the browser while nothing was authorized", async () => {
      expect.assertions(2);
      const at = start();
      expect(await faultOf(at.forge().verify())).toEqual({
        code: "credential_rejected",
        reason: "authorize_pending",
      });
      expect(at.sent.filter((request) => request.headers.has("authorization"))).toEqual([]);
    });
  });

  describe(`${type}: a token of OAuth`, () => {
    it("is refreshed, also when the old one has already expired", async () => {
      expect.assertions(3);
      const at = start();
      const first = await at.connect();
      at.pass(30 * 24 * 3600);
      expect((await faultOf(at.forge(first).verify())).code).toBe("credential_rejected");
      const next = await at.renew(first);
      expect(next.secrets?.accessToken).not.toBe(first.secrets?.accessToken);
      expect((await at.forge(next).verify()).account?.name).toBe("acme-bot");
    });

    it("is refused for good when the OAuth application is gone, and when the refresh token is unknown", async () => {
      expect.assertions(3);
      const at = start();
      const grant = await at.connect();
      const unknown = { ...grant, secrets: { ...grant.secrets, refreshToken: "not-one-of-theirs" } };
      expect((await faultOf(at.renew(unknown))).reason).toBe("grant_refused");
      const none = { ...grant, secrets: { ...grant.secrets, refreshToken: null } };
      expect((await faultOf(at.renew(none))).reason).toBe("refresh_missing");
      at.world.clients = [];
      expect((await faultOf(at.renew(grant))).reason).toBe("client_refused");
    });

    it("is reported as a rejected grant, not as a pasted token, when the host no longer accepts it", async () => {
      expect.assertions(1);
      const at = start();
      const grant = await at.connect();
      at.world.tokens = [];
      // Azure DevOps has its own reason code: azure_grant_rejected.
      expect((await faultOf(at.forge(grant).verify())).reason).toMatch(/grant_re(fused|jected)$/);
    });

    it.each(hostile)("is not damaged by a token endpoint that answers with $name", async ({ respond }) => {
      expect.assertions(2);
      const at = start({
        respond: (request, host) =>
          request.method === "POST" ? respond(request, host) : host.respond(request),
      });
      const outcome = await faultOf(at.renew({ secrets: { refreshToken: "r" } }));
      expect(outcome.code).not.toBe("none");
      const { search } = new URL(at.sent.at(-1)?.url ?? "");
      expect(search).toBe("");
    });
  });
}

function keyOf(at: AuthorizationFlow, name: string) {
  const one = at.world.repositories.find((each) => each.owner === "acme" && each.name === name);
  return { fullName: (one && at.host.fullName(one)) ?? `acme/${name}` };
}

describe("the conformance suite for authorization flows", () => {
  it("is run for every simulated host that has OAuth", () => expect(simulatedHosts).toBeGreaterThan(0));
});
