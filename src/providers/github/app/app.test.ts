import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { BASE, NOW } from "@test/conformance/harness";
import { setUpApp, stored } from "@test/kit/github-app";
import { faultOf, listing } from "@test/kit/github-session";
import { describe, expect, it } from "vitest";
import { messageOf } from "@/lib/reason";
import { github } from "@/providers/github";
import { appJwt } from "@/providers/github/app/jwt";
import {
  addApp,
  addInstallation,
  installationOfToken,
  removeInstallation,
} from "@/providers/github/fake/apps";
import { addRepositories, seedWorld } from "@/providers/simulator/seed";

const API = `${BASE}/api/v3`;
const SITE = { fullName: "acme/site" };

describe("the JWT of a GitHub App", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();

  it("is valid from a minute ago for ten at most, and names the App", () => {
    const [head = "", body = "", signature = ""] = appJwt({ id: 7, privateKey: pem }, NOW).split(".");
    const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
    const at = NOW.getTime() / 1000;
    expect(read(head)).toEqual({ alg: "RS256", typ: "JWT" });
    expect(read(body)).toEqual({ iat: at - 60, exp: at + 540, iss: "7" });
    const data = Buffer.from(`${head}.${body}`);
    expect(verify("sha256", data, createPublicKey(pem), Buffer.from(signature, "base64url"))).toBe(true);
  });

  it.each([90, -90, 700, -700, 3600, -3600])(
    "uses the time of GitHub when that differs from the local clock by %i seconds",
    async (seconds) => {
      const { session, clock, sent } = pasted();
      clock.now = new Date(NOW.getTime() + seconds * 1000);
      expect((await github.open(session()).verify()).account?.name).toBe("acme-app");
      await github.renew?.(session());
      expect(sent.length).toBeLessThan(12);
    },
  );

  it.each([
    ["behind", 100_000],
    ["ahead", -100_000],
  ])(
    "is refused when the clock of this server is more than a day %s, and the reason says so",
    async (_where, seconds) => {
      const { session, clock } = pasted();
      clock.now = new Date(NOW.getTime() + seconds * 1000);
      const fault = await faultOf(github.open(session()).verify());
      expect(fault.code).toBe("unavailable");
      expect(messageOf(fault.reason)).toMatch(
        new RegExp(`clock of this server is wrong by about ${Math.abs(seconds)} s`),
      );
    },
  );

  it("tolerates a small difference to GitHub's clock", async () => {
    const { session, clock } = pasted();
    for (const seconds of [-55, 55]) {
      clock.now = new Date(NOW.getTime() + seconds * 1000);
      expect((await github.open(session()).verify()).account?.name).toBe("acme-app");
    }
  });
});

/** An App with one installation, as it was pasted: nobody asked GitHub about it yet. */
function pasted(given: { installation?: string; pem?: string } = {}) {
  const world = seedWorld();
  const app = addApp(world, { name: "acme-app", owner: "acme" });
  const { id } = addInstallation(world, app, "acme");
  const settings = {
    githubUrl: BASE,
    githubAppId: app.id,
    githubInstallationId: given.installation ?? String(id),
  };
  return { app, id, ...stored(world, settings, { githubPrivateKey: given.pem ?? app.pem }) };
}

describe("a GitHub App that was entered by hand", () => {
  it("has its installations looked up at its first use", async () => {
    const { session, sent } = pasted();
    await listing(github.open(session())).list({ limit: 5 });
    expect(sent.map((one) => `${one.method} ${one.url.slice(API.length)}`)).toEqual([
      "POST /app/installations/70001/access_tokens",
      "GET /installation/repositories?per_page=5&page=1",
      "GET /app/installations?per_page=100&page=1",
    ]);
  });

  it("may name the installation of another App, which is not used", async () => {
    const { session, world } = pasted({ installation: "70002" });
    addInstallation(world, addApp(world, { name: "other", owner: "ada" }), "ada");
    for (const call of [
      github.open(session()).verify(),
      listing(github.open(session())).list({ limit: 5 }),
      github.renew?.(session()) ?? Promise.resolve(),
    ])
      expect(await faultOf(call)).toMatchObject({
        code: "credential_rejected",
        reason: { code: "installation_gone" },
      });
  });

  it("may have the key of another App, or an unreadable one, which is reported", async () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const pem = other.export({ type: "pkcs1", format: "pem" }).toString();
    expect((await faultOf(github.open(pasted({ pem }).session()).verify())).reason.code).toBe(
      "app_key_rejected",
    );
    const cut = pasted({ pem: pem.slice(0, 300) });
    expect((await faultOf(github.open(cut.session()).verify())).reason.code).toBe("app_key_unreadable");
    expect(cut.sent).toEqual([]);
  });

  it("may have been deleted, which is reported differently from uninstalled", async () => {
    const gone = pasted();
    gone.state.apps.length = 0;
    expect((await faultOf(github.open(gone.session()).verify())).reason.code).toBe("app_gone");
    expect((await faultOf(github.renew?.(gone.session()) ?? Promise.resolve())).reason.code).toBe("app_gone");
    const removed = pasted();
    removeInstallation(removed.world, removed.id);
    expect((await faultOf(github.open(removed.session()).verify())).reason.code).toBe("installation_gone");
  });

  it("may be suspended, which is reported wherever it is used", async () => {
    const { session, state } = pasted();
    for (const one of state.installations) one.suspendedAt = "2026-05-01T00:00:00Z";
    for (const call of [
      github.open(session()).verify(),
      github.renew?.(session()) ?? Promise.resolve(),
      github.open(session()).git.remote(SITE),
    ])
      expect((await faultOf(call)).reason.code).toBe("installation_suspended");
  });

  it("without an installation uses the first one, or says that there is none", async () => {
    const { session, id } = pasted({ installation: "" });
    const without = session({ settings: { githubInstallationId: null } });
    expect((await github.renew?.(without))?.settings?.githubInstallationId).toBe(String(id));
    const none = pasted();
    removeInstallation(none.world, none.id);
    const grant = { settings: { githubInstallationId: null } };
    for (const call of [
      github.open(none.session(grant)).verify(),
      github.renew?.(none.session(grant)) ?? Promise.resolve(),
    ])
      expect((await faultOf(call)).reason.code).toBe("app_not_installed");
  });
});

describe("the refresh of a GitHub App token", () => {
  it("mints an installation token that lives an hour", async () => {
    const { session, world } = pasted();
    const grant = await github.renew?.(session());
    expect(grant?.settings?.expiresAt).toBe(NOW.getTime() / 1000 + 3600);
    const value = grant?.secrets?.accessToken ?? "";
    expect(installationOfToken(world, value, NOW)?.token.permissions).toMatchObject({ contents: "read" });
  });
});

describe("the permissions of a GitHub App", () => {
  it("that an account has not approved are named, with the page to approve them", async () => {
    const { session, state } = pasted();
    for (const one of state.installations) one.permissions = { metadata: "write" };
    const identity = await github.open(session()).verify();
    const features = ["pull_requests", "checks", "statuses", "deployments"].map((name) => `${name}: write`);
    expect(identity.missingScopes).toEqual(["contents: read", ...features]);
    expect(identity.capabilities.repositories).toEqual({ answer: "yes" });
    expect(identity.capabilities.gitRead).toMatchObject({
      answer: "no",
      reason: {
        code: "app_permission_missing",
        params: { at: `${BASE}/organizations/acme/settings/installations/70001` },
      },
    });
  });

  it("of events that the App is not told of lead to the page of the App", async () => {
    const { session, app } = pasted();
    app.events = ["push"];
    expect((await github.open(session()).verify()).capabilities.webhooks).toMatchObject({
      answer: "no",
      reason: {
        code: "app_hook_events",
        params: {
          events: ["pull_request", "repository"],
          at: `${BASE}/organizations/acme/settings/apps/acme-app/permissions`,
        },
      },
    });
  });

  it("that the App never requested lead to the page of the App", async () => {
    const { session, app, state } = pasted();
    app.permissions = { metadata: "read" };
    for (const one of state.installations) one.permissions = app.permissions;
    expect((await github.open(session()).verify()).capabilities.gitRead?.reason).toMatchObject({
      code: "app_permission_unset",
      params: { at: `${BASE}/organizations/acme/settings/apps/acme-app/permissions` },
    });
  });

  it("that a call lacks are named as GitHub names them", async () => {
    const { session, state } = pasted();
    for (const one of state.installations) one.permissions = { metadata: "read" };
    const fault = await faultOf(github.open(session()).refs.list(SITE, { kind: "branch", limit: 5 }));
    expect(fault.reason).toMatchObject({
      code: "app_permission_missing",
      params: { scopes: ["contents: read"] },
    });
  });
});

describe("the repository list of a GitHub App", () => {
  it("goes through every installation, each repository once, labelled by its owner", async () => {
    const { forge } = setUpApp();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listing(forge).list({ limit: 2, cursor });
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((one) => one.fullName));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen.toSorted()).toEqual(
      ["acme/Handbook", "acme/empty", "acme/old", "acme/site", "acme-bot/dotfiles", "ada/shared"].toSorted(),
    );
  });

  it("puts small installations on one page, and a large one on pages of its own", async () => {
    const page = await listing(setUpApp().forge).list({ limit: 100 });
    expect([page.items.length, page.nextCursor]).toEqual([6, null]);
    const big = seedWorld();
    addRepositories(big, "acme-bot", 150);
    const at = setUpApp({ world: big });
    const first = await listing(at.forge).list({ limit: 100 });
    expect([first.items.length, first.nextCursor === null]).toEqual([4, false]);
    const second = await listing(at.forge).list({ limit: 100, cursor: first.nextCursor ?? "" });
    expect(second.items).toHaveLength(100);
    const third = await listing(at.forge).list({ limit: 100, cursor: second.nextCursor ?? "" });
    expect([third.items.length, third.nextCursor]).toEqual([52, null]);
  });

  it("is searched in all installations", async () => {
    const { forge } = setUpApp();
    const found = await listing(forge).list({ limit: 10, search: "S" });
    expect(found.items.map((one) => one.fullName).toSorted()).toEqual([
      "acme-bot/dotfiles",
      "acme/site",
      "ada/shared",
    ]);
  });

  it("leaves out an account that suspended or removed the App", async () => {
    const { forge, state, world } = setUpApp();
    const [, own, shared] = state.installations;
    if (own) own.suspendedAt = "2026-05-01T00:00:00Z";
    if (shared) removeInstallation(world, shared.id);
    const page = await listing(forge).list({ limit: 100 });
    expect(new Set(page.items.map((one) => one.owner))).toEqual(new Set(["acme"]));
  });

  it("goes on after an installation that went away between two pages", async () => {
    const { forge, state, world } = setUpApp();
    const first = await listing(forge).list({ limit: 4 });
    const [, own] = state.installations;
    if (own) removeInstallation(world, own.id);
    const rest = await listing(forge).list({ limit: 4, cursor: first.nextCursor ?? "" });
    expect(rest.items.map((one) => one.fullName)).toEqual(["ada/shared"]);
  });
});

describe("a repository of another installation of the App", () => {
  it("is read and cloned with the token of that installation", async () => {
    const { forge, world, sent } = setUpApp();
    const key = { fullName: "ada/shared" };
    expect((await listing(forge).get(key)).private).toBe(true);
    expect((await forge.refs.list(key, { kind: "branch", limit: 5 })).items).toHaveLength(1);
    const { credential } = await forge.git.remote(key);
    const token = installationOfToken(world, credential?.password ?? "", NOW);
    expect(token?.installation.account).toBe("ada");
    expect(
      sent.filter((one) => one.url.endsWith("/repos/ada/shared/installation")).length,
    ).toBeLessThanOrEqual(1);
  });
});

describe("the token of a GitHub App installation", () => {
  const minted = (sent: { method: string; url: string }[]) =>
    sent.filter(({ method, url }) => method === "POST" && url.endsWith("/access_tokens")).length;

  it("is minted once for all calls with one connection, also for parallel ones", async () => {
    const { forge, sent } = setUpApp();
    const key = { fullName: "ada/shared" };
    await listing(forge).get(key);
    const before = minted(sent);
    await Promise.all([1, 2, 3].map(() => forge.refs.list(key, { kind: "branch", limit: 5 })));
    await forge.refs.list(key, { kind: "tag", limit: 5 });
    expect([before, minted(sent)]).toEqual([1, 1]);
  });
});

describe("each clone with a GitHub App", () => {
  it("has a token that may only read the code of this repository", async () => {
    const { forge, world, find, host } = setUpApp();
    const { url, credential } = await forge.git.remote({ id: "101", fullName: "acme/renamed-since" });
    expect(url).toBe(`${BASE}/acme/site.git`);
    const found = installationOfToken(world, credential?.password ?? "", NOW);
    expect(found?.token).toMatchObject({
      repositoryIds: [101],
      permissions: { contents: "read", metadata: "read" },
    });
    expect(Object.keys(found?.token.permissions ?? {})).toHaveLength(2);
    const { username = "", password = "" } = credential ?? {};
    expect(host.mayReadGit(find("acme/site"), username, password)).toBe(true);
    expect(host.mayReadGit(find("acme/empty"), username, password)).toBe(false);
  });

  it("has its own token, never the stored one", async () => {
    const { forge, host } = setUpApp();
    const [first, second] = [await forge.git.remote(SITE), await forge.git.remote(SITE)];
    const stored = host.connections?.app?.("").secrets.accessToken;
    expect(new Set([first.credential?.password, second.credential?.password, stored]).size).toBe(3);
  });

  it("of a public repository outside of all installations sends no token", async () => {
    const { forge } = setUpApp();
    const { credential } = await forge.git.remote({ fullName: "acme-evil/site" });
    expect(credential).toBeNull();
  });
});

describe("the removal of a GitHub App", () => {
  it("revokes the token, and says what is left to delete and where", async () => {
    const { session, world } = pasted();
    const grant = await github.renew?.(session());
    const ended = await github.revoke?.(session(grant));
    expect(installationOfToken(world, grant?.secrets?.accessToken ?? "", NOW)).toBeNull();
    expect(ended).toMatchObject({
      done: [{ code: "app_token_ended" }],
      left: [
        { code: "app_left", params: { at: `${BASE}/organizations/acme/settings/apps/acme-app/advanced` } },
      ],
    });
  });

  it("leaves nothing to do for an App that was deleted", async () => {
    const { session, state } = pasted();
    state.apps.length = 0;
    expect(await github.revoke?.(session({ secrets: { accessToken: "ghs_gone" } }))).toMatchObject({
      left: [],
    });
  });
});
