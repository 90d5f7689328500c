import { readFileSync } from "node:fs";
import { authorizationFlow, type FlowOptions, REDIRECT } from "@test/conformance/authorization-flow";
import { faultOf } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { bitbucket } from "@/providers/bitbucket";
import { endpointsOf } from "@/providers/bitbucket/authorization";
import { simulate } from "@/providers/bitbucket/fake";
import { Settings } from "@/providers/bitbucket/settings";
import { baseUrl } from "@/providers/kit/base-url";
import type { Grant } from "@/providers/provider";
import { CLIENT } from "@/providers/simulator/seed";

const BASE = "https://git.example.com/sub";

const start = (options?: FlowOptions) => authorizationFlow(bitbucket, simulate, options);

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
}

const refuse = (error: string, error_description: string) => () =>
  Response.json({ error, error_description }, { status: 400 });

describe("the authorization flow of Bitbucket", () => {
  it("asks for no scopes, which are those of the consumer, and sends no PKCE challenge", async () => {
    const url = await start().link();
    expect(`${url.origin}${url.pathname}`).toBe(`${BASE}/site/oauth2/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: CLIENT.id,
      redirect_uri: REDIRECT,
      state: "state-0123456789abcdef",
    });
  });

  it("uses the address of the web pages, not that of the API", () => {
    const { authorizeUrl, tokenUrl, revokeUrl } = endpointsOf(baseUrl(Settings.parse({}).bitbucketUrl));
    expect(authorizeUrl.href).toBe("https://bitbucket.org/site/oauth2/authorize");
    expect(tokenUrl.href).toBe("https://bitbucket.org/site/oauth2/access_token");
    expect(revokeUrl).toBeUndefined();
  });

  it("sends key and secret in the Authorization header and not in the body", async () => {
    const at = start();
    await at.connect();
    const [request] = at.sent;
    const basic = Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString("base64");
    expect(request?.headers.get("authorization")).toBe(`Basic ${basic}`);
    expect(await request?.text()).not.toMatch(/client_secret|code_verifier/);
  });
});

describe("a token of a Bitbucket consumer", () => {
  it("is sent as Bearer, and to git as the password of x-token-auth", async () => {
    const at = start();
    const grant = await at.connect();
    const token = String(grant.secrets?.accessToken);
    const forge = at.forge(grant);
    await forge.verify();
    expect(at.sent.at(-1)?.headers.get("authorization")).toBe(`Bearer ${token}`);
    expect((await forge.git.remote({ fullName: "acme/site" })).credential).toEqual({
      username: "x-token-auth",
      password: token,
    });
  });

  it("reports account, scopes and workspaces, and no end, since it is refreshed", async () => {
    const at = start();
    const forge = at.forge(await at.connect());
    const identity = await forge.verify();
    expect(identity).toMatchObject({
      account: { name: "acme-bot" },
      scopes: ["account", "repository", "webhook", "pullrequest", "pullrequest:write"],
      missingScopes: [],
      expiresAt: null,
    });
    expect(Object.values(identity.capabilities).map((one) => one.answer)).toEqual(Array(6).fill("yes"));
    expect(await forge.owners?.list()).toContain("acme");
  });

  it("of a consumer with too few permissions says what to permit", async () => {
    const at = start({ settings: { bitbucketWorkspaceName: "acme" } });
    const grant = await at.connect();
    for (const token of at.world.tokens) token.scopes = ["repository"];
    const { account, missingScopes, capabilities } = await at.forge(grant).verify();
    // The workspace is entered, so nothing has to find it.
    expect([account, missingScopes]).toEqual([null, ["webhook", "pullrequest:write"]]);
    expect(capabilities.webhooks?.reason?.params).toMatchObject({ scopes: ["webhook"], granted: true });
    expect(capabilities.commitStatus).toEqual({ answer: "yes" });
    expect(capabilities.gitRead).toEqual({ answer: "yes" });
    for (const token of at.world.tokens) token.scopes = ["account"];
    expect((await at.forge(grant).verify()).capabilities.gitRead?.reason?.params).toEqual({
      host: "Bitbucket",
      scopes: ["repository"],
      granted: true,
    });
    const fault = await faultOf(at.forge(grant).refs.resolve({ fullName: "acme/site" }, "main"));
    expect(fault).toEqual({ code: "permission_missing", reason: "scopes_missing" });
  });

  it.each(["project", "pullrequest", "repository:write"])("with %s may read repositories", async (scope) => {
    const at = start({
      respond: () =>
        Response.json(
          { uuid: "{00000000-0000-4000-8000-000000000011}", nickname: "bot" },
          { headers: { "x-oauth-scopes": `account, ${scope}` } },
        ),
    });
    const { capabilities } = await at.forge({ secrets: { accessToken: "t" } }).verify();
    expect(capabilities.gitRead).toEqual({ answer: "yes" });
  });

  it("is managed among the authorized applications of the account", () => {
    expect(start().forge().page("credentials")).toBe(`${BASE}/account/settings/app-authorizations/`);
  });
});

describe("the refresh of a Bitbucket token", () => {
  it("keeps the refresh token, which works again", async () => {
    const at = start();
    const first = await at.connect();
    const second = await at.renew(first);
    expect(second.secrets?.refreshToken).toBe(first.secrets?.refreshToken);
    const third = await at.renew(second);
    expect((await at.forge(third).verify()).account?.name).toBe("acme-bot");
  });

  it("reads an answer in Bitbucket's form", async () => {
    const at = start({ respond: () => Response.json(fixture("token-answer")) });
    expect(await at.renew({ secrets: { refreshToken: "Nq8vGd2sLw" } })).toEqual(
      fixture("token-answer.golden"),
    );
  });

  it.each([
    ["invalid_request", "Invalid refresh_token", "credential_rejected", "grant_refused"],
    ["invalid_grant", "The specified code is not valid.", "credential_rejected", "grant_refused"],
    ["unauthorized_client", "Invalid OAuth client credentials", "credential_rejected", "client_refused"],
    ["invalid_request", "Something else <script>", "bad_response", "host_refuses"],
  ])("understands the error %s with the message %j", async (error, words, code, reason) => {
    const at = start({ respond: refuse(error, words) });
    expect(await faultOf(at.renew({ secrets: { refreshToken: "r" } }))).toEqual({ code, reason });
  });
});

describe("the revocation of a Bitbucket token", () => {
  const revoke = async (grant?: Grant, options?: FlowOptions) => {
    const at = start(options);
    const { done, left } = (await bitbucket.revoke?.(at.session(grant))) ?? {};
    return { done, left: left?.map(({ code, params }) => [code, params?.url]), sent: at.sent.length };
  };

  it("is left to the person, with both pages, since Bitbucket has no call for it", async () => {
    const grant = { secrets: { accessToken: "a", refreshToken: "b" } };
    expect(await revoke(grant, { settings: { bitbucketWorkspaceName: "acme" } })).toEqual({
      done: [],
      left: [
        ["grant_left", `${BASE}/account/settings/app-authorizations/`],
        ["application_left", `${BASE}/acme/workspace/settings/api`],
      ],
      sent: 0,
    });
  });

  it("is skipped where nothing was authorized", async () => {
    const { left } = await revoke();
    expect(left).toEqual([["application_left", `${BASE}/account/workspaces/`]]);
  });

  it.each(["apiToken", "accessToken", "appPassword"])(
    "is left to the person who pasted an %s",
    async (authMethod) => {
      const session = { ...start().session({ secrets: { [authMethod]: "x" } }), authMethod };
      const { done, left } = (await bitbucket.revoke?.(session)) ?? {};
      expect([done, left?.map(({ code }) => code)]).toEqual([[], ["credential_left"]]);
    },
  );
});
