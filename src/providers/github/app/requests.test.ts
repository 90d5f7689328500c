import { BASE, NOW } from "@test/conformance/harness";
import { stored } from "@test/kit/github-app";
import { listing } from "@test/kit/github-session";
import { describe, expect, it } from "vitest";
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
    const { session, sent, clock } = installed();
    let isDown = true;
    const given = session();
    const { http } = given;
    const access = accessOf({
      ...given,
      base: new URL(`${BASE}/`),
      settings: Settings.parse(given.settings),
      secrets: Secrets.parse(given.secrets),
      now: () => clock.now,
      http: {
        send: (request) => (isDown ? Promise.resolve(new Response("", { status: 503 })) : http.send(request)),
      },
    });
    await expect(access.api()).rejects.toMatchObject({ code: "unavailable" });
    isDown = false;
    await access.api();
    clock.now = new Date(NOW.getTime() + 3_530_000);
    await access.api();
    clock.now = new Date(NOW.getTime() + 3_545_000);
    await access.api();
    expect(tokensIn(sent)).toBe(2);
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
