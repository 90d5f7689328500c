import { authorizationFlow, type FlowOptions, REDIRECT } from "@test/conformance/authorization-flow";
import { BASE } from "@test/conformance/harness";
import { hostile } from "@test/conformance/hostile";
import { faultOf, lister } from "@test/conformance/scenario";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";
import { gitea } from "@/providers/gitea";
import { simulate } from "@/providers/gitea/fake";
import { askedScopes } from "@/providers/gitea/scopes";
import { CLIENT } from "@/providers/simulator/seed";

const NEW = "1.27.0";
const OLD = "1.21.11";
const FORGEJO = "11.0.3+gitea-1.22.0";
const begun = (options?: FlowOptions) => authorizationFlow(gitea, simulate, options);

describe("the link to the consent page of Gitea", () => {
  it("asks for known scopes only, with a challenge, on the public address", async () => {
    const settings = {
      giteaInternalUrl: "http://gitea.internal:3000",
      scopes: "repo,repo:status,read:user,read:org",
    };
    const url = await begun({ settings }).link();
    expect(`${url.origin}${url.pathname}`).toBe(`${BASE}/login/oauth/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: CLIENT.id,
      redirect_uri: REDIRECT,
      scope: "read:repository read:user read:organization",
      code_challenge_method: "S256",
    });
  });

  it("is not made without an OAuth application", async () => {
    for (const missing of [{ settings: { clientId: "" } }, { secrets: { clientSecret: null } }])
      expect((await faultOf(begun(missing).link())).reason).toBe("client_missing");
  });
});

describe("the scopes that were entered for Gitea", () => {
  it.each([
    ["", ["read:repository", "read:user", "read:organization"]],
    ["repo,repo:status,read:user,read:org", ["read:repository", "read:user", "read:organization"]],
    ["read:repository read:user", ["read:repository", "read:user"]],
    ["read:repository write:repository", ["write:repository"]],
    ["all", ["read:repository", "read:user", "read:organization"]],
    ["public-only", ["read:repository", "read:user", "read:organization", "public-only"]],
    ["sudo delete_repo", ["read:repository", "read:user", "read:organization"]],
  ])("as %j are requested as %j", (entered, asked) => expect(askedScopes(entered).asked).toEqual(asked));

  it("never make the server grant everything", async () => {
    const names = fc.array(
      fc.oneof(fc.string(), fc.constantFrom("all", "repo", "read:user", "openid", "toString")),
    );
    await fc.assert(
      fc.asyncProperty(names, async (entered) => {
        const at = begun({ version: NEW, settings: { scopes: entered.join(" ").slice(0, 2000) } });
        await at.connect();
        expect(at.world.tokens.at(-1)?.scopes).not.toContain("all");
      }),
      { numRuns: 50 },
    );
  });
});

describe.each([NEW, OLD, FORGEJO])("the authorization on %s", (version) => {
  it("ends with a token that lists, names its account and is used by git", async () => {
    const at = begun({ version });
    const grant = await at.connect();
    const forge = at.forge(grant);
    expect((await forge.verify()).account?.name).toBe("acme-bot");
    expect((await lister(forge).list({ limit: 50 })).items.length).toBeGreaterThan(3);
    const { credential } = await forge.git.remote({ fullName: "acme/site" });
    expect(credential).toEqual({ username: "oauth2", password: grant.secrets?.accessToken });
    expect(grant.settings?.expiresAt).toBe(Date.parse("2026-05-03T11:00:00Z") / 1000);
  });

  it("that is declined, or continues with a wrong secret or code, gives no token", async () => {
    const at = begun({ version });
    const answer = await at.decide("deny");
    expect((await faultOf(at.authorization.complete(at.session(), answer))).reason).toBe(
      "authorization_refused",
    );
    const wrong = begun({ version, secrets: { clientSecret: "wrong" } });
    expect(await faultOf(wrong.connect())).toEqual({ code: "credential_rejected", reason: "client_refused" });
    const twice = await at.decide();
    await at.authorization.complete(at.session(), twice);
    expect((await faultOf(at.authorization.complete(at.session(), twice))).reason).toBe("grant_refused");
  });

  it("gives a token that is refreshed when it has expired", async () => {
    const at = begun({ version });
    const first = await at.connect();
    at.pass(3601);
    const refused = { code: "credential_rejected", reason: "grant_refused" };
    expect(await faultOf(at.forge(first).verify())).toEqual(refused);
    const next = await at.renew(first);
    expect((await at.forge(next).verify()).account?.name).toBe("acme-bot");
    expect(next.secrets?.refreshToken).not.toBe(first.secrets?.refreshToken);
    // A token that has run out a month later, or that was taken back, is refused for good.
    at.pass(731 * 3600);
    expect(await faultOf(at.renew(next))).toEqual(refused);
  });
});

describe("a used refresh token of Gitea", () => {
  it("is refused by Forgejo and accepted by Gitea", async () => {
    const strict = begun({ version: FORGEJO });
    const grant = await strict.connect();
    await strict.renew(grant);
    expect((await faultOf(strict.renew(grant))).reason).toBe("grant_refused");
    const easy = begun({ version: NEW });
    const other = await easy.connect();
    await easy.renew(other);
    expect((await faultOf(easy.renew(other))).code).toBe("none");
  });

  it("is reported as a wrong client where the client secret is wrong", async () => {
    const at = begun();
    const grant = await at.connect();
    const broken = { ...grant, secrets: { ...grant.secrets, clientSecret: "wrong" } };
    expect((await faultOf(at.renew(broken))).reason).toBe("client_refused");
    expect((await faultOf(at.renew({ secrets: {} }))).reason).toBe("refresh_missing");
  });
});

describe("the scopes of a Gitea authorization", () => {
  const verified = async (options: FlowOptions) => {
    const at = begun(options);
    return at.forge(await at.connect()).verify();
  };

  it("are reported where the server applies them, without a warning", async () => {
    const identity = await verified({ version: NEW });
    expect(identity).toMatchObject({
      scopes: ["read:repository", "read:user", "read:organization"],
      missingScopes: ["write:repository", "write:issue"],
      notes: [],
    });
    expect(identity.capabilities.gitRead).toEqual({ answer: "yes" });
  });

  it("say what does not work when too few were granted", async () => {
    const identity = await verified({ version: "1.26.3", settings: { scopes: "read:user" } });
    const written = ["write:repository", "write:issue"];
    expect(identity.missingScopes).toEqual(["read:repository", "read:organization", ...written]);
    expect(identity.capabilities).toMatchObject({
      gitRead: { answer: "no" },
      repositories: { answer: "no" },
    });
  });

  it.each([OLD, FORGEJO])("are everything on %s, and the report says so", async (version) => {
    const identity = await verified({ version });
    expect(identity.scopes).toEqual(["all"]);
    expect(identity.notes?.map(({ code }) => code)).toEqual(["gitea_scopes_wide"]);
    expect(identity.notes?.map(messageOf).join()).toContain(version);
  });

  it("are reported as mapped when they were entered in GitHub's names", async () => {
    const { notes } = await verified({
      version: NEW,
      settings: { scopes: "repo,repo:status,read:user,read:org" },
    });
    expect(notes?.map(messageOf)).toEqual([
      "Gitea has no scopes called repo, repo:status, read:org, so Slipway asks for read:repository, read:user, read:organization instead. Enter those in the settings, or nothing.",
    ]);
  });
});

describe("the token endpoint of Gitea", () => {
  const secrets = [CLIENT.secret, "secret-refresh"];

  it.each(hostile)("that answers with $name throws a fault without a secret", async ({ respond }) => {
    const at = begun({ respond });
    const grant = { secrets: { refreshToken: "secret-refresh" } };
    const error = await at.renew(grant).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Fault);
    const told = JSON.stringify([(error as Fault).message, (error as Fault).reason]);
    for (const secret of secrets) expect(told).not.toContain(secret);
  });

  it("is called once, on the internal address with its sub-path", async () => {
    const settings = { giteaInternalUrl: "http://gitea.internal:3000/in" };
    const respond: FlowOptions["respond"] = (request, host) =>
      host.respond(new Request(request.url.replace("http://gitea.internal:3000/in", BASE), request));
    const at = begun({ settings, respond });
    await at.connect();
    expect(at.sent.map((request) => request.url)).toEqual([
      "http://gitea.internal:3000/in/login/oauth/access_token",
    ]);
  });
});

describe("the removal of a Gitea authorization", () => {
  it("sends nothing to the server and says what a person has to do there", async () => {
    const at = begun();
    const grant = await at.connect();
    const before = at.sent.length;
    const { done, left } = (await gitea.revoke?.(at.session(grant))) ?? {};
    expect([done, left?.map(({ code }) => code)]).toEqual([[], ["grant_left", "application_left"]]);
    expect(at.sent.length).toBe(before);
    expect(at.forge().page("credentials")).toBe(`${BASE}/user/settings/applications`);
    const never = await gitea.revoke?.(at.session());
    expect(never?.left.map(({ code }) => code)).toEqual(["application_left"]);
    const pasted = await gitea.revoke?.({ ...at.session(grant), authMethod: "token" });
    expect(pasted?.left.map(({ code }) => code)).toEqual(["credential_left"]);
  });
});
