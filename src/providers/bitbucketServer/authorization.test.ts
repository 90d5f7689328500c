import { authorizationFlow, type FlowOptions, REDIRECT } from "@test/conformance/authorization-flow";
import { BASE } from "@test/conformance/harness";
import { hostile } from "@test/conformance/hostile";
import { faultOf, lister } from "@test/conformance/scenario";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";
import { bitbucketServer } from "@/providers/bitbucketServer";
import { knowsOAuth } from "@/providers/bitbucketServer/authorization";
import { simulate } from "@/providers/bitbucketServer/fake";
import { askedScope } from "@/providers/bitbucketServer/scopes";
import { CLIENT } from "@/providers/simulator/seed";

const begun = (options?: FlowOptions) => authorizationFlow(bitbucketServer, simulate, options);
const refused = { code: "credential_rejected", reason: "grant_refused" };

describe("the link to the consent page of Bitbucket Data Center", () => {
  it("goes to the public address after the version was asked at the internal one, without a credential", async () => {
    const inside = "http://bitbucket.internal:7990/in";
    const at = begun({
      settings: { bitbucketServerInternalUrl: inside },
      respond: (request, host) => host.respond(new Request(request.url.replace(inside, BASE), request)),
    });
    const url = await at.link();
    expect(`${url.origin}${url.pathname}`).toBe(`${BASE}/rest/oauth2/latest/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: CLIENT.id,
      redirect_uri: REDIRECT,
      scope: "REPO_READ",
      code_challenge_method: "S256",
    });
    expect(at.sent.map((request) => request.url)).toEqual([
      `${inside}/rest/api/latest/application-properties`,
    ]);
    expect(at.sent[0]?.headers.has("authorization")).toBe(false);
  });

  it.each(["7.19.5", "6.10.0", "5.16.11"])(
    "is not made for %s, and the message says what to use instead",
    async (version) => {
      const at = begun({ version });
      const error = await at.link().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "unsupported", reason: { code: "oauth_too_old" } });
      expect(messageOf((error as Fault).reason)).toContain(version);
      expect(messageOf((error as Fault).reason)).toContain("HTTP access token");
      const pasted = at.forge({ secrets: { accessToken: "given" } });
      expect((await faultOf(pasted.verify())).reason).toBe("oauth_too_old");
    },
  );

  it.each(["7.20.0", "7.21.4", "8.19.1", "10.0.0"])("is made for %s", async (version) => {
    expect((await begun({ version }).link()).pathname).toContain("/rest/oauth2/");
  });

  it("is not made without an OAuth application", async () => {
    const at = begun({ secrets: { clientSecret: "" } });
    expect((await faultOf(at.link())).reason).toBe("client_missing");
    expect(at.sent).toEqual([]);
  });
});

describe("a scope that was entered for Bitbucket Data Center", () => {
  it.each([
    ["", "REPO_READ"],
    ["repo_read", "REPO_READ"],
    ["REPO_READ REPO_WRITE", "REPO_WRITE"],
    ["SYSTEM_ADMIN", "REPO_READ"],
  ])("as %j is requested as %s", (entered, asked) => expect(askedScope(entered)).toBe(asked));

  it("never requests more than administering repositories, and accepts any text as a version", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(askedScope(text)).toMatch(/^(PUBLIC_REPOS|REPO_(READ|WRITE|ADMIN))$/);
        expect(typeof knowsOAuth(text)).toBe("boolean");
      }),
    );
  });
});

describe("the authorization of Bitbucket Data Center", () => {
  it("ends with a token that lists, names its account and is used by git", async () => {
    const at = begun();
    const grant = await at.connect();
    const forge = at.forge(grant);
    const identity = await forge.verify();
    expect(identity).toMatchObject({
      account: { name: "acme-bot" },
      missingScopes: ["REPO_ADMIN"],
      expiresAt: "never",
    });
    expect((await lister(forge).list({ limit: 50 })).items.length).toBeGreaterThan(3);
    const { credential } = await forge.git.remote({ fullName: "acme/site" });
    expect(credential).toEqual({ username: "x-token-auth", password: grant.secrets?.accessToken });
    const site = at.world.repositories.find(({ id }) => id === 101);
    expect(site && at.host.mayReadGit(site, credential?.username ?? "", credential?.password ?? "")).toBe(
      true,
    );
    expect(grant.settings).toMatchObject({ redirectUri: REDIRECT });
  });

  it("for public repositories alone says what cannot be read", async () => {
    const at = begun({ settings: { scopes: "PUBLIC_REPOS" } });
    const identity = await at.forge(await at.connect()).verify();
    expect(identity.missingScopes).toEqual(["REPO_READ", "REPO_ADMIN"]);
    expect(identity.capabilities.gitRead).toMatchObject({ answer: "no", reason: { code: "scopes_missing" } });
  });

  it("that is declined, or continues with a wrong secret or a used code, gives no token", async () => {
    const at = begun();
    const answer = await at.decide("deny");
    expect((await faultOf(at.authorization.complete(at.session(), answer))).reason).toBe(
      "authorization_refused",
    );
    const wrong = begun({ secrets: { clientSecret: "wrong" } });
    expect(await faultOf(wrong.connect())).toEqual({ code: "credential_rejected", reason: "client_refused" });
    const twice = await at.decide();
    await at.authorization.complete(at.session(), twice);
    expect(await faultOf(at.authorization.complete(at.session(), twice))).toEqual(refused);
  });
});

describe("the refresh of a Bitbucket Data Center token", () => {
  it("sends the redirect URI of the authorization and replaces both tokens", async () => {
    const at = begun();
    const first = await at.connect();
    const next = await at.renew(first);
    expect(await faultOf(at.forge(first).verify())).toEqual(refused);
    expect((await at.forge(next).verify()).account?.name).toBe("acme-bot");
    expect(await faultOf(at.renew(first))).toEqual(refused);
    // The server treats a second use as theft and ends all tokens.
    expect(await faultOf(at.renew(next))).toEqual(refused);
  });

  it("is refused by the server without a redirect URI, and not sent without a refresh token", async () => {
    const at = begun();
    const grant = await at.connect();
    const moved = { ...grant, settings: { ...grant.settings, redirectUri: null } };
    expect((await faultOf(at.renew(moved))).code).toBe("bad_response");
    const before = at.sent.length;
    expect((await faultOf(at.renew({}))).reason).toBe("refresh_missing");
    expect(at.sent.length).toBe(before);
  });

  it.each(hostile)("that is answered with $name throws a fault without a secret", async ({ respond }) => {
    const at = begun({ respond });
    const error = await at
      .renew({ secrets: { refreshToken: "secret-refresh" } })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Fault);
    const told = JSON.stringify([(error as Fault).message, (error as Fault).reason]);
    for (const secret of [CLIENT.secret, "secret-refresh"]) expect(told).not.toContain(secret);
  });
});

describe("the removal of a Bitbucket Data Center authorization", () => {
  it("revokes it at the server and leaves the application link to an administrator", async () => {
    const at = begun();
    const grant = await at.connect();
    const { done, left } = (await bitbucketServer.revoke?.(at.session(grant))) ?? {};
    expect(done?.map(({ code }) => code)).toEqual(["grant_ended"]);
    expect(left?.map(({ code }) => code)).toEqual(["application_left"]);
    expect(await faultOf(at.forge(grant).verify())).toEqual(refused);
    expect(await faultOf(at.renew(grant))).toEqual(refused);
  });

  it("says what is left to do where the server has no revocation call", async () => {
    const at = begun({
      respond: (request, host) =>
        request.url.endsWith("/revoke") ? new Response("", { status: 404 }) : host.respond(request),
    });
    const { done, left } = (await bitbucketServer.revoke?.(at.session(await at.connect()))) ?? {};
    expect([done, left?.map(({ code }) => code)]).toEqual([[], ["grant_left", "application_left"]]);
    expect(at.forge().page("credentials")).toBe(`${BASE}/account`);
  });

  it("leaves a pasted token to the person who pasted it", async () => {
    const pasted = await bitbucketServer.revoke?.({ ...begun().session(), authMethod: "token" });
    expect(pasted).toMatchObject({ done: [], left: [{ code: "credential_left" }] });
  });
});
