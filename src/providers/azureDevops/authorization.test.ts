import { authorizationFlow, type FlowOptions, REDIRECT } from "@test/conformance/authorization-flow";
import { hostile } from "@test/conformance/hostile";
import { faultOf, lister } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { Fault } from "@/lib/fault";
import { azureDevops } from "@/providers/azureDevops";
import { simulate } from "@/providers/azureDevops/fake";
import { AUTHORITY, TENANT } from "@/providers/azureDevops/fake/entra";
import { CLIENT } from "@/providers/simulator/seed";

const services = { azureDevopsUrl: "https://dev.azure.com", organizationName: "sub" };
const begun = ({ settings, ...options }: FlowOptions = {}) =>
  authorizationFlow(azureDevops, simulate, { ...options, settings: { ...services, ...settings } });
const asItself = (options: FlowOptions = {}) => begun({ authMethod: "servicePrincipal", ...options });

const RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798/.default";
const tokenUrl = `${AUTHORITY}/${TENANT}/oauth2/v2.0/token`;
const refused = { code: "credential_rejected", reason: "grant_refused" };

describe("the link to Microsoft's sign-in", () => {
  it("asks the tenant for Azure DevOps and for renewal, with a challenge", async () => {
    const url = await begun().link();
    expect(`${url.origin}${url.pathname}`).toBe(`${AUTHORITY}/${TENANT}/oauth2/v2.0/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: CLIENT.id,
      redirect_uri: REDIRECT,
      scope: `${RESOURCE} offline_access`,
      code_challenge_method: "S256",
      response_mode: "query",
    });
  });

  it.each(["", "a/../common", "evil.example/x", "a?b", "..", "%2e%2e"])(
    "is not made for a tenant like %j",
    async (tenantId) => {
      expect((await faultOf(begun({ settings: { tenantId } }).link())).reason).toBe("tenant_needed");
    },
  );

  it("is not made for an Azure DevOps Server, which also gets no client secret", async () => {
    const settings = { azureDevopsUrl: "https://tfs.example.com/tfs" };
    const server = { code: "unsupported", reason: "oauth_services_only" };
    const at = begun({ settings });
    expect(await faultOf(at.link())).toEqual(server);
    expect(await faultOf(at.renew({ secrets: { refreshToken: "r" } }))).toEqual(server);
    expect(await faultOf(asItself({ settings }).renew({}))).toEqual(server);
    expect(at.sent).toEqual([]);
  });

  it("is made at a sign-in address that the operator gave, also for a gateway to Azure DevOps Services", async () => {
    const gateway = { azureDevopsUrl: "https://azure.example.com", entraUrl: "https://login.example.com/ms" };
    for (const settings of [gateway, { entraUrl: gateway.entraUrl }]) {
      const url = await begun({ settings }).link();
      expect(`${url.origin}${url.pathname}`).toBe(
        `https://login.example.com/ms/${TENANT}/oauth2/v2.0/authorize`,
      );
      const renewing = asItself({ settings, respond: () => Response.json({}, { status: 503 }) });
      await faultOf(renewing.renew({}));
      expect(renewing.sent.map(({ url }) => url)).toEqual([
        `https://login.example.com/ms/${TENANT}/oauth2/v2.0/token`,
      ]);
    }
    expect(azureDevops.addressFields).toContain("entraUrl");
  });

  it("is made for the older address of an organization, but not without an OAuth application", async () => {
    const settings = { azureDevopsUrl: "https://acme.visualstudio.com" };
    expect((await begun({ settings }).link()).origin).toBe(AUTHORITY);
    expect((await faultOf(begun({ secrets: { clientSecret: "" } }).link())).reason).toBe("client_missing");
  });
});

describe("authorization with Microsoft Entra", () => {
  it("ends with a token that goes as Bearer to the API and as password to git", async () => {
    const at = begun();
    const grant = await at.connect();
    const forge = at.forge(grant);
    const identity = await forge.verify();
    expect(identity).toMatchObject({ account: { name: "acme-bot" }, expiresAt: "never" });
    expect((await lister(forge).list({ limit: 50 })).items.length).toBeGreaterThan(2);
    const { credential, url } = await forge.git.remote({ fullName: "acme/site" });
    expect([url, credential]).toEqual([
      "https://dev.azure.com/sub/acme/_git/site",
      { username: "git", password: grant.secrets?.accessToken },
    ]);
    const api = at.sent.filter((request) => request.url.startsWith("https://dev.azure.com/"));
    expect(new Set(api.map((request) => request.headers.get("authorization")))).toEqual(
      new Set([`Bearer ${grant.secrets?.accessToken}`]),
    );
    expect(grant.settings?.expiresAt).toBe(Date.parse("2026-05-03T10:59:59Z") / 1000);
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

describe("the refresh of a Microsoft Entra token", () => {
  it("gives a new pair of tokens as long as the refresh token lives", async () => {
    const at = begun();
    const first = await at.connect();
    at.pass(3600);
    const over = { code: "credential_rejected", reason: "azure_grant_rejected" };
    expect(await faultOf(at.forge(first).verify())).toEqual(over);
    const next = await at.renew(first);
    expect((await at.forge(next).verify()).account?.name).toBe("acme-bot");
    expect(next.secrets?.refreshToken).not.toBe(first.secrets?.refreshToken);
    at.pass(91 * 24 * 3600);
    expect(await faultOf(at.renew(next))).toEqual(refused);
    expect((await faultOf(at.renew({}))).reason).toBe("refresh_missing");
  });

  it.each([
    ["AADSTS7000222: The provided client secret keys are expired.", "invalid_client", "azure_secret_expired"],
    ["AADSTS700016: Application not found.", "unauthorized_client", "azure_client_unknown"],
    ["AADSTS7000215: Invalid client secret provided.", "invalid_client", "client_refused"],
    ["AADSTS90002: Tenant not found.", "invalid_request", "azure_tenant_unknown"],
    ["AADSTS900023: Not a valid tenant name.", "invalid_request", "azure_tenant_unknown"],
    ["AADSTS500011: The resource principal was not found.", "invalid_resource", "azure_resource_unknown"],
    ["AADSTS65001: The user or administrator has not consented.", "invalid_grant", "scope_refused"],
    ["AADSTS50076: You must use multi-factor authentication.", "interaction_required", "grant_refused"],
    ["AADSTS50173: The grant was revoked.", "invalid_grant", "grant_refused"],
    ["toString", "invalid_grant", "grant_refused"],
  ])("that is refused with %s says what to do", async (error_description, error, reason) => {
    const respond = () => Response.json({ error, error_description }, { status: 400 });
    const at = begun({ respond });
    expect((await faultOf(at.renew({ secrets: { refreshToken: "r" } }))).reason).toBe(reason);
  });

  it.each(hostile)("that is answered with $name throws a fault without a secret", async ({ respond }) => {
    for (const at of [begun({ respond }), asItself({ respond })]) {
      const grant = { secrets: { refreshToken: "secret-refresh" } };
      const error = await at.renew(grant).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Fault);
      const told = JSON.stringify([(error as Fault).message, (error as Fault).reason]);
      for (const secret of [CLIENT.secret, "secret-refresh"]) expect(told).not.toContain(secret);
    }
  });
});

describe("a service principal of Azure DevOps", () => {
  it("gets its first token and every next one with its own secret", async () => {
    const at = asItself();
    const first = await at.renew({});
    expect(first.secrets).not.toHaveProperty("refreshToken");
    expect((await at.forge(first).verify()).account?.name).toBe("acme-bot");
    const next = await at.renew(first);
    expect(next.secrets?.accessToken).not.toBe(first.secrets?.accessToken);
    const [request] = at.sent;
    expect(request?.url).toBe(tokenUrl);
    const params = new URLSearchParams(await request?.text());
    expect(Object.fromEntries(params)).toMatchObject({ grant_type: "client_credentials", scope: RESOURCE });
  });

  it("without a token yet says so, and with a wrong secret or tenant gets none", async () => {
    expect((await faultOf(asItself().forge().verify())).reason).toBe("authorize_pending");
    const wrong = asItself({ secrets: { clientSecret: "wrong" } });
    expect((await faultOf(wrong.renew({}))).reason).toBe("client_refused");
    const elsewhere = asItself({ settings: { tenantId: "contoso.onmicrosoft.com" } });
    expect((await faultOf(elsewhere.renew({}))).reason).toBe("azure_tenant_unknown");
  });

  it("that may not read code is reported as lacking the right, not a scope", async () => {
    const at = asItself({
      respond: (request, host) =>
        request.url.includes("/_apis/git/")
          ? Response.json({ message: "no" }, { status: 403 })
          : host.respond(request),
    });
    const { capabilities, missingScopes } = await at.forge(await at.renew({})).verify();
    expect(capabilities.gitRead).toMatchObject({ answer: "no", reason: { code: "permission_refused" } });
    expect(missingScopes).toEqual([]);
  });
});

describe("the removal of an Azure DevOps authorization", () => {
  it.each([
    ["oauth", ["grant_left", "application_left"]],
    ["servicePrincipal", ["application_left"]],
    ["token", ["credential_left"]],
  ])("by %s sends nothing and says what a person has to do", async (authMethod, left) => {
    const at = begun();
    const secrets = { ...at.session().secrets, accessToken: "eyJ0" };
    const told = await azureDevops.revoke?.({ ...at.session(), secrets, authMethod });
    expect([told?.done, told?.left.map(({ code }) => code), at.sent]).toEqual([[], left, []]);
    expect(at.forge().page("credentials")).toBe(azureDevops.manifest.methods.oauth?.credentialPage);
  });

  it("that nobody gave leaves only the registered application", async () => {
    const told = await azureDevops.revoke?.({ ...begun().session(), authMethod: "oauth" });
    expect(told?.left.map(({ code }) => code)).toEqual(["application_left"]);
  });
});
