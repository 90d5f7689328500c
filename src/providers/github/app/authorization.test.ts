import { BASE } from "@test/conformance/harness";
import { answer, authorizationOf, broughtBack, fresh, press, REDIRECT, request } from "@test/kit/github-app";
import { faultOf } from "@test/kit/github-session";
import { describe, expect, it } from "vitest";
import { github } from "@/providers/github";
import { addApp, addInstallation } from "@/providers/github/fake/apps";
import type { Grant } from "@/providers/provider";

type Fresh = ReturnType<typeof fresh>;

/** Post the manifest, look at the page and press its button. */
async function make(at: Fresh, name?: string): Promise<Response> {
  const step = await authorizationOf().begin(at.session(), request("manifest"));
  if (step.kind !== "form") throw new Error("no form");
  const url = new URL(step.url);
  const body = new URLSearchParams(step.fields).toString();
  const page = await at.host.respond(new Request(url, { method: "POST", body }));
  expect(page.status).toBe(200);
  return press(at.host, url, await page.text(), name ? { name } : {});
}

async function made(at: Fresh): Promise<Grant> {
  return authorizationOf().complete(at.session(), answer("manifest", broughtBack(await make(at))));
}

async function install(
  at: Fresh,
  grant: Grant,
  decision: "install" | "request",
): Promise<Record<string, string>> {
  const step = await authorizationOf().begin(at.session(grant), request("install"));
  if (step.kind !== "link") throw new Error("no link");
  const url = new URL(step.url);
  const page = await (await at.host.respond(new Request(url))).text();
  return broughtBack(await press(at.host, url, page, { decision }));
}

function manifestOf(step: Awaited<ReturnType<ReturnType<typeof authorizationOf>["begin"]>>) {
  if (step.kind !== "form") throw new Error("no form");
  return JSON.parse(step.fields.manifest ?? "");
}

describe("the creation of a GitHub App from a manifest", () => {
  it("ends with an installed App whose repositories are listed", async () => {
    const at = fresh();
    expect(authorizationOf().firstStep?.(at.session())).toBe("manifest");
    const grant = await made(at);
    expect(grant).toMatchObject({ next: "install", pending: { code: "app_not_installed" } });
    expect(authorizationOf().firstStep?.(at.session(grant))).toBe("install");
    const granted = await authorizationOf().complete(
      at.session(grant),
      answer("install", await install(at, grant, "install")),
    );
    const all = {
      settings: { ...grant.settings, ...granted.settings },
      secrets: { ...grant.secrets, ...granted.secrets },
    };
    const forge = github.open(at.session(all));
    expect((await forge.verify()).missingScopes).toEqual([]);
    const names = (await forge.repositories?.list({ limit: 50 }))?.items.map((one) => one.fullName);
    expect(names).toContain("acme/site");
  });

  it("asks to read, and for what push-to-deploy needs, and sends its addresses", async () => {
    const at = fresh();
    const step = await authorizationOf().begin(at.session(), request("manifest"));
    expect(step.url).toBe(`${BASE}/organizations/acme/settings/apps/new?state=state-0123456789`);
    expect(manifestOf(step)).toEqual({
      name: "slipway-12345678",
      url: "https://slipway.example.com",
      redirect_url: REDIRECT,
      setup_url: REDIRECT,
      setup_on_update: true,
      callback_urls: [REDIRECT],
      request_oauth_on_install: false,
      public: false,
      default_permissions: {
        ...{ metadata: "read", contents: "read", pull_requests: "write" },
        ...{ checks: "write", statuses: "write", deployments: "write" },
      },
      default_events: ["push", "pull_request", "repository"],
      hook_attributes: { url: "https://slipway.example.com/api/github/webhook/row-12345678", active: true },
    });
  });

  it("sends what it is told to nobody where hosts cannot reach Slipway: it is read from the log", async () => {
    const at = fresh();
    const local = { publicUrl: "http://localhost:3000", publiclyReachable: false };
    const step = await authorizationOf().begin(at.session(), request("manifest", local));
    expect(manifestOf(step).hook_attributes).toEqual({
      url: "https://slipway.invalid/api/github/webhook/row-12345678",
      active: true,
    });
    const grant = await made(at);
    const [app] = at.state.apps;
    expect(grant.secrets?.githubWebhookSecret).toBe(app?.webhookSecret);
    expect(app?.events).toEqual(["push", "pull_request", "repository"]);
  });

  it("begins in the person's own settings where no organization is named", async () => {
    const step = await authorizationOf().begin(fresh({ organization: null }).session(), request("manifest"));
    expect(step.url).toBe(`${BASE}/settings/apps/new?state=state-0123456789`);
  });

  it("makes a public App when that was chosen, and then lists every account", async () => {
    const at = fresh({ githubAppVisibility: "public" });
    expect(manifestOf(await authorizationOf().begin(at.session(), request("manifest")))).toMatchObject({
      public: true,
    });
    expect((await made(at)).settings).toMatchObject({ organization: null });
  });

  it("shortens a name to the length that GitHub allows, and keeps one that the person changed there", async () => {
    const at = fresh({ githubAppName: "a".repeat(50) });
    expect(manifestOf(await authorizationOf().begin(at.session(), request("manifest"))).name).toHaveLength(
      34,
    );
    const grant = await authorizationOf().complete(
      at.session(),
      answer("manifest", broughtBack(await make(at, "Our Slipway"))),
    );
    expect(grant.settings).toMatchObject({ githubAppName: "Our Slipway", githubAppSlug: "our-slipway" });
  });

  it("accepts a code once", async () => {
    const at = fresh();
    const params = broughtBack(await make(at));
    await authorizationOf().complete(at.session(), answer("manifest", params));
    const again = await faultOf(authorizationOf().complete(at.session(), answer("manifest", params)));
    expect(again).toMatchObject({ code: "credential_rejected", reason: { code: "app_code_used" } });
  });

  it("accepts no code after an hour", async () => {
    const at = fresh();
    const params = broughtBack(await make(at));
    at.clock.now = new Date(at.clock.now.getTime() + 3_700_000);
    expect(
      (await faultOf(authorizationOf().complete(at.session(), answer("manifest", params)))).reason.code,
    ).toBe("app_code_used");
  });

  it.each(["", "../../user", "a/b", "a b", "%2e%2e"])("sends nothing for the code %j", async (code) => {
    const at = fresh();
    const fault = await faultOf(authorizationOf().complete(at.session(), answer("manifest", { code })));
    expect([fault.reason.code, at.sent]).toEqual(["authorization_failed", []]);
  });

  it("sends no credential with the code", async () => {
    const at = fresh();
    await made(at);
    expect(at.sent.map((one) => [one.method, one.headers.get("authorization")])).toEqual([["POST", null]]);
  });
});

describe("the installation of a GitHub App", () => {
  it("waits for an owner who has to approve it, and sees when that happened", async () => {
    const at = fresh();
    const grant = await made(at);
    const params = await install(at, grant, "request");
    expect(await authorizationOf().complete(at.session(grant), answer("install", params))).toEqual({
      pending: { code: "approval_pending", params: { host: "GitHub" } },
    });
    expect((await faultOf(github.open(at.session(grant)).verify())).reason.code).toBe("approval_pending");
    const [app] = at.state.apps;
    if (app) addInstallation(at.world, app, "acme");
    expect((await github.renew?.(at.session(grant)))?.secrets?.accessToken).toMatch(/^ghs_/);
  });

  it.each(["7", "70002"])("is refused when it is %s, which does not belong to this App", async (id) => {
    const at = fresh();
    const grant = await made(at);
    const other = addApp(at.world, { name: "other", owner: "ada" });
    addInstallation(at.world, other, "ada");
    expect(addInstallation(at.world, other, "acme").id).toBe(70_002);
    const params = { installation_id: id, setup_action: "install" };
    const fault = await faultOf(authorizationOf().complete(at.session(grant), answer("install", params)));
    expect(fault).toMatchObject({ code: "credential_rejected", reason: { code: "installation_foreign" } });
  });

  it.each(["", "1/../..", "-1", "1e3", "9".repeat(19)])("is not looked up for %j", async (id) => {
    const at = fresh();
    const grant = await made(at);
    at.sent.length = 0;
    const params = { installation_id: id, setup_action: "install" };
    const fault = await faultOf(authorizationOf().complete(at.session(grant), answer("install", params)));
    expect([fault.reason.code, at.sent]).toEqual(["authorization_failed", []]);
  });

  it("is refused when it is suspended, with the page to lift that", async () => {
    const at = fresh();
    const grant = await made(at);
    const params = await install(at, grant, "install");
    for (const one of at.state.installations) one.suspendedAt = "2026-05-01T00:00:00Z";
    const fault = await faultOf(authorizationOf().complete(at.session(grant), answer("install", params)));
    expect(fault.reason).toMatchObject({
      code: "installation_suspended",
      params: { at: `${BASE}/organizations/acme/settings/installations/${params.installation_id}` },
    });
  });

  it("takes the address of an App that was entered by hand from GitHub", async () => {
    const at = fresh();
    const app = addApp(at.world, { name: "Pasted One", owner: "acme" });
    const session = at.session({
      settings: { githubAppId: app.id },
      secrets: { githubPrivateKey: app.pem },
    });
    expect(authorizationOf().firstStep?.(session)).toBe("install");
    const step = await authorizationOf().begin(session, request("install"));
    expect(step.url).toBe(`${BASE}/github-apps/pasted-one/installations/new?state=state-0123456789`);
  });

  it.each([
    ["https://github.com", "https://github.com/apps/x/installations/new"],
    ["https://acme.ghe.com", "https://acme.ghe.com/apps/x/installations/new"],
    ["https://git.acme.com", "https://git.acme.com/github-apps/x/installations/new"],
    ["https://evilghe.com", "https://evilghe.com/github-apps/x/installations/new"],
  ])("has its page on %s", async (githubUrl, page) => {
    const session = fresh({ githubUrl, githubAppSlug: "x" }).session();
    expect((await authorizationOf().begin(session, request("install"))).url).toBe(
      `${page}?state=state-0123456789`,
    );
  });
});
