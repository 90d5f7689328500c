import { BASE, NOW } from "@test/conformance/harness";
import { stored } from "@test/kit/github-app";
import { listing } from "@test/kit/github-session";
import { describe, expect, it, vi } from "vitest";
import { Fault } from "@/lib/fault";
import { withHooks } from "@/lib/http";
import { github } from "@/providers/github";
import { accessOf } from "@/providers/github/app/access";
import { appPage, installationPage, settingsPage, slugOf } from "@/providers/github/app/page";
import { addApp, addInstallation } from "@/providers/github/fake/apps";
import { followMoves } from "@/providers/github/moved";
import { Secrets, Settings } from "@/providers/github/settings";
import { seedWorld } from "@/providers/simulator/seed";

/** An App that is installed on three accounts, and has made no token yet. */
function installed() {
  const world = seedWorld();
  const app = addApp(world, { name: "acme-app", owner: "acme" });
  const [first] = ["acme", "ada", "acme-bot"].map((login) => addInstallation(world, app, login));
  const settings = { githubUrl: BASE, githubAppId: app.id, githubInstallationId: String(first?.id) };
  return { app, ...stored(world, settings, { githubPrivateKey: app.pem }) };
}

/** What such an App reaches, where some requests get another answer. */
function accessTo(
  instead: (request: Request) => Response | null = () => null,
  settings: Partial<Settings> = {},
  secrets: Secrets = {},
) {
  const made = installed();
  const given = made.session();
  const access = accessOf({
    ...given,
    base: new URL(`${BASE}/`),
    settings: Settings.parse({ ...given.settings, ...settings }),
    secrets: Secrets.parse({ ...given.secrets, ...secrets }),
    now: () => made.clock.now,
    http: { send: async (request) => instead(request) ?? given.http.send(request) },
  });
  return { ...made, access };
}

const tokensIn = (sent: { method: string; url: string }[]) =>
  sent.filter(({ method, url }) => method === "POST" && url.endsWith("/access_tokens")).length;

describe("the tokens of an App within one connection", () => {
  it("are made once for each installation, however many calls need them", async () => {
    const { session, sent } = installed();
    const forge = github.open(session());
    for (let n = 0; n < 3; n++) await listing(forge).list({ limit: 50 });
    expect(tokensIn(sent)).toBe(3);
  });

  it("are made once for calls that begin at the same time", async () => {
    const { session, sent } = installed();
    const forge = github.open(session());
    const key = { fullName: "acme/site" };
    await Promise.all(Array.from({ length: 5 }, () => forge.refs.list(key, { kind: "branch", limit: 5 })));
    expect(tokensIn(sent)).toBe(1);
  });

  it("are made again a minute before their end, and after a call that failed", async () => {
    let isDown = true;
    const { access, sent, clock } = accessTo(() => (isDown ? new Response("", { status: 503 }) : null));
    await expect(access.api()).rejects.toMatchObject({ code: "unavailable" });
    isDown = false;
    await access.api();
    clock.now = new Date(NOW.getTime() + 3_539_999);
    await access.api();
    expect(tokensIn(sent)).toBe(1);
    clock.now = new Date(NOW.getTime() + 3_540_000);
    await Promise.all([access.api(), access.api(), access.api()]);
    expect(tokensIn(sent)).toBe(2);
  });

  it.each([
    [3_600_000, NOW.getTime() / 1000 + 3_600],
    [Number.POSITIVE_INFINITY, null],
  ])("are not made while a stored one lives, for %d ms", async (lifeMs, expiresAt) => {
    const secrets = { accessToken: "stored" };
    const { access, sent, clock } = accessTo(() => null, { expiresAt }, secrets);
    const before = Math.min(lifeMs, 1e12) - 60_000;
    clock.now = new Date(NOW.getTime() + before - 1);
    await access.api();
    expect(tokensIn(sent)).toBe(0);
    if (expiresAt === null) return;
    clock.now = new Date(NOW.getTime() + before);
    await access.api();
    expect(tokensIn(sent)).toBe(1);
  });

  it("are not asked with again when they are refused long after they were made", async () => {
    let asked = 0;
    const { access, clock } = accessTo(({ url }) => {
      if (!url.includes("/installation/repositories")) return null;
      asked += 1;
      return Response.json({ message: "Bad credentials" }, { status: 401 });
    });
    const api = await access.api();
    clock.now = new Date(NOW.getTime() + 3_000_000);
    await expect(api.installed({ page: 1, size: 5 })).rejects.toMatchObject({
      code: "credential_rejected",
    });
    expect(asked).toBe(1);
  });
});

describe("the installation that a call of an App uses", () => {
  const lookUps = (sent: { url: string }[]) => sent.filter(({ url }) => url.endsWith("/installation")).length;
  const missing = new Fault("not_found", { code: "not_found", params: { what: "repository" } });

  it("is the one that is named, else the oldest, and when there is none the reason says so", async () => {
    const named = accessTo();
    expect([await named.access.primary(), named.sent.length]).toEqual(["70001", 0]);
    const unnamed = accessTo(undefined, { githubInstallationId: null });
    unnamed.state.installations.reverse();
    expect(await unnamed.access.primary()).toBe("70001");
    const none = accessTo(undefined, { githubInstallationId: null });
    none.state.installations.length = 0;
    await expect(none.access.primary()).rejects.toMatchObject({ reason: { code: "app_not_installed" } });
  });

  it("is looked up once where a repository is not found in the first, and kept", async () => {
    const { access, sent } = accessTo();
    const key = { fullName: "ada/shared" };
    const call = vi.fn(async () => "found").mockRejectedValueOnce(missing);
    expect([await access.of(key, call), await access.of(key, call)]).toEqual(["found", "found"]);
    expect([call.mock.calls.length, lookUps(sent), tokensIn(sent)]).toEqual([3, 1, 2]);
  });

  it.each([
    ["the first one reaches the repository", "acme/site", 1],
    ["none reaches it", "nobody/nothing", 1],
  ])("stays the first when %s, and its fault stands", async (_what, fullName, asked) => {
    const { access, sent } = accessTo();
    const call = vi.fn(() => Promise.reject(missing));
    await expect(access.of({ fullName }, call)).rejects.toBe(missing);
    expect([call.mock.calls.length, lookUps(sent)]).toEqual([1, asked]);
  });

  it("is not looked up after another fault, and a fault of the look-up is told", async () => {
    const { access, sent } = accessTo(({ url }) =>
      url.endsWith("/installation") ? new Response("", { status: 503 }) : null,
    );
    const denied = new Fault("permission_missing", { code: "permission_missing" });
    const key = { fullName: "ada/shared" };
    await expect(access.of(key, () => Promise.reject(denied))).rejects.toBe(denied);
    expect(lookUps(sent)).toBe(0);
    const looked = access.of(key, () => Promise.reject(missing));
    await expect(looked).rejects.toMatchObject({ code: "unavailable" });
  });

  it("may be suspended: the list then says that it is not complete, and where that is lifted", async () => {
    const { access } = accessTo();
    expect(await access.missing()).toBeUndefined();
    const other = accessTo();
    const [, second] = other.state.installations;
    if (second) second.suspendedAt = "2026-05-01T00:00:00Z";
    expect(await other.access.missing()).toMatchObject({
      code: "installation_suspended",
      params: { at: expect.stringContaining("70002") },
    });
  });
});

describe("a signature that GitHub refuses for its time", () => {
  it("is made once more and no oftener", async () => {
    const { session } = installed();
    let calls = 0;
    const message =
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
    const http = {
      send: async () => {
        calls += 1;
        return Response.json({ message }, { status: 401, headers: { date: NOW.toUTCString() } });
      },
    };
    const call = github.renew?.({ ...session(), http });
    await expect(call).rejects.toMatchObject({ code: "unavailable", reason: { code: "app_clock" } });
    expect(calls).toBe(2);
  });
});

describe("a redirect of GitHub", () => {
  const root = new URL(`${BASE}/api/v3/`);
  const moved = (sent: Request[]) =>
    withHooks(
      {
        async send(request) {
          sent.push(request);
          return new Response(null, { status: 307, headers: { location: `${root}repositories/101/hooks` } });
        },
      },
      [followMoves(root)],
    );

  it("is followed once by its id, on our own address", async () => {
    const sent: Request[] = [];
    await moved(sent).send(new Request(`${root}repos/acme/homepage/hooks`));
    expect(sent.map((request) => request.url)).toEqual([
      `${root}repos/acme/homepage/hooks`,
      `${root}repositories/101/hooks`,
    ]);
  });

  it.each(["POST", "DELETE", "PATCH"])(
    "never repeats a %s: what it changes may be changed by now",
    async (method) => {
      const sent: Request[] = [];
      const response = await moved(sent).send(new Request(`${root}repos/acme/homepage/hooks`, { method }));
      expect([response.status, sent.length]).toEqual([307, 1]);
    },
  );
});

it.each([
  [{ githubAppSlug: "given", githubAppName: "My App" }, "given"],
  [{ githubAppName: "  My App: 2! " }, "my-app-2"],
  [{ githubAppName: "!" }, null],
  [{}, null],
])("the address of an App with %o ends in %s", (settings, slug) => {
  expect(slugOf(Settings.parse({ githubUrl: BASE, ...settings }))).toBe(slug);
});

describe("the pages of a subdomain of ghe.com", () => {
  const githubUrl = "https://acme.ghe.com";

  it("are those of GitHub itself, not of an Enterprise Server", () => {
    expect(appPage({ githubUrl }, "slipway")).toBe("https://acme.ghe.com/apps/slipway");
    expect(appPage({ githubUrl: "https://github.acme.org" }, "slipway")).toBe(
      "https://github.acme.org/github-apps/slipway",
    );
    expect(appPage({ githubUrl: "https://acme.ghe.com.evil.example" }, "slipway")).toContain("/github-apps/");
  });

  it("lead to the settings of a person where the App or the installation is a person's", () => {
    const settings = Settings.parse({ githubUrl });
    expect(settingsPage(settings, "slipway")).toBe("https://acme.ghe.com/settings/apps/slipway");
    for (const account of [{ login: "ada", type: "User" }, { type: "Organization" }])
      expect(installationPage(settings, 7, account)).toBe("https://acme.ghe.com/settings/installations/7");
  });

  it("lie below its own address", () => {
    const settings = Settings.parse({ githubUrl });
    expect(settingsPage(settings, "slipway", "acme")).toBe(
      "https://acme.ghe.com/organizations/acme/settings/apps/slipway",
    );
    expect(installationPage(settings, 7, { login: "acme", type: "Organization" })).toBe(
      "https://acme.ghe.com/organizations/acme/settings/installations/7",
    );
  });
});
