import { send } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import {
  type TestMember,
  testCookie,
  testKey,
  testMember,
  testOrganization,
  testOrigin,
} from "@test/kit/member";
import { decide, oauthHost, unauthorizedProvider } from "@test/kit/oauth-flow";
import { call, faultOfCall } from "@test/kit/provider-api";
import type { TokenHost } from "@test/kit/token-host";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { digest } from "@/access/digest";
import { organizationPath } from "@/access/organization-slug";
import { startSession } from "@/access/session";
import { db } from "@/db/client";
import type { GitProvider, GitProviderDetail } from "@/features/git-provider/contract";
import { openSealedError } from "@/features/git-provider/oauth/sealed-error";
import { env, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { registry } from "@/providers/registry";

testDatabase();

let owner: TestMember;
/** Where the pages of their organization begin. */
let home: string;
let host: TokenHost;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
  home = await organizationPath(owner.organizationId);
});
beforeEach(() => {
  host = oauthHost();
});

type Headers = Record<string, string>;

function leave(gitProviderId: string, headers: Headers = owner.cookies, form = ""): Promise<Response> {
  const type = "application/x-www-form-urlencoded";
  const init = { method: "POST", body: form, headers: { "content-type": type, ...headers } };
  return send(`${home}/providers/${gitProviderId}/authorize/step`, init);
}

/** The link on the page that hands the browser over. */
async function linkOf(page: Response): Promise<string> {
  const found = /content="0;url=([^"]+)"/.exec(await page.text())?.[1] ?? "";
  return found.replaceAll("&amp;", "&");
}

function back(url: URL | string, headers: Headers = owner.cookies, type = "gitlab"): Promise<Response> {
  const { search } = new URL(url);
  return send(`/api/${type}/callback${search}`, { headers: { cookie: headers.cookie ?? "", ...headers } });
}

/** Out to the host and decided there: the address that the host sends the browser back to. */
async function decided(gitProviderId: string, decision = "allow", form = ""): Promise<URL> {
  return decide(host, await linkOf(await leave(gitProviderId, owner.cookies, form)), decision);
}

function problemOf(answer: Response): string | undefined {
  const location = answer.headers.get("location") ?? "";
  return openSealedError(new URL(location, env().url).searchParams.get("problem"))?.code;
}

const stored = (gitProviderId: string) =>
  db().gitProvider.findUnique({ where: { gitProviderId }, include: { gitlab: true } });
const detail = (gitProviderId: string) =>
  call<GitProviderDetail>(owner.caller, "gitProvider.one", { gitProviderId });

/** An answer that must change nothing and ask the host for no token. */
async function refusedWith(gitProviderId: string, reason: string, answer: () => Promise<Response>) {
  const before = await stored(gitProviderId);
  const asked = host.asked;
  const given = await answer();
  expect(given.status).toBe(303);
  expect(problemOf(given)).toBe(reason);
  expect(host.asked).toBe(asked);
  expect(await stored(gitProviderId)).toEqual(before);
  return given;
}

describe("authorizing a provider", () => {
  it("begins on a page of Slipway, whose address is in the answers of create and authorize", async () => {
    const made = await unauthorizedProvider(owner);
    const { gitProviderId, gitlab } = made;
    const page = `${env().url}${home}/providers/${gitProviderId}/authorize`;
    expect(made.authorizeUrl).toBe(page);
    const input = { gitlabId: gitlab?.gitlabId };
    expect(await call(owner.caller, "gitlab.authorize", input)).toEqual({ authorizeUrl: page });
    const viewer = await testMember(owner.organizationId, "viewer");
    expect((await faultOfCall(viewer.caller, "gitlab.authorize", input)).code).toBe("forbidden");
  });

  it("is refused for a provider with a pasted token, which needs none", async () => {
    const given = { name: newId(), gitlabUrl: host.url, accessToken: "glpat-1" };
    const { gitlab } = await call<GitProvider>(owner.caller, "gitlab.create", given);
    const fault = await faultOfCall(owner.caller, "gitlab.authorize", { gitlabId: gitlab?.gitlabId });
    expect([fault.code, fault.reason.code]).toEqual(["conflict", "authorization_not_needed"]);
  });

  it("sends the person to the host with a new state and PKCE challenge, and stores neither in clear", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const page = await leave(gitProviderId);
    expect(page.headers.get("content-security-policy")).toContain("form-action 'none'");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page.headers.get("cache-control")).toBe("no-store");
    const link = new URL(await linkOf(page));
    const query = Object.fromEntries(link.searchParams);
    expect(query).toMatchObject({
      redirect_uri: `${env().url}/api/gitlab/callback`,
      scope: "read_api read_repository",
      code_challenge_method: "S256",
    });
    const state = query.state ?? "";
    expect(Buffer.from(state, "base64url")).toHaveLength(32);
    const flow = await db().oauthFlow.findFirstOrThrow({ where: { gitProviderId } });
    expect(flow.stateHash).toBe(digest(state));
    expect(flow.codeVerifier).toMatch(/^v1:/);
    expect(JSON.stringify(flow)).not.toContain(state);
    const again = new URL(await linkOf(await leave(gitProviderId)));
    expect(again.searchParams.get("state")).not.toBe(state);
    expect(again.searchParams.get("code_challenge")).not.toBe(query.code_challenge);
  });

  it("returns to an address without code and state, shows the report, and repositories can be listed", async () => {
    const { gitProviderId, gitlab } = await unauthorizedProvider(owner);
    const answer = await back(await decided(gitProviderId));
    expect([answer.status, answer.headers.get("location")]).toEqual([
      303,
      `${home}/providers/${gitProviderId}`,
    ]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    const now = await detail(gitProviderId);
    expect(now).toMatchObject({ report: { ok: true }, account: { name: "acme-bot" } });
    expect(now.health).toMatchObject({ state: "ok", ends: "renewed" });
    expect(now.health).not.toHaveProperty("expiresAt");
    expect(now.gitlab).toMatchObject({ hasAccessToken: true, hasRefreshToken: true });
    const page = await call<{ items: unknown[] }>(owner.caller, "gitlab.repositories", {
      gitlabId: gitlab?.gitlabId,
    });
    expect(page.items.length).toBeGreaterThan(0);
    expect(await stored(gitProviderId)).toMatchObject({ credentialVersion: 2 });
  });

  it("makes the person who authorized it its owner, and the previous one can still manage it", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    await db().gitProvider.update({ where: { gitProviderId }, data: { visibility: "members" } });
    const colleague = await testMember(owner.organizationId, "owner");
    const link = await linkOf(await leave(gitProviderId, colleague.cookies));
    await back(await decide(host, link), colleague.cookies);
    expect((await stored(gitProviderId))?.userId).toBe(colleague.userId);
    const { memberId } = owner;
    const place = { gitProviderId, memberId, access: "manage" };
    expect(await db().gitProviderMember.findMany({ where: { gitProviderId } })).toMatchObject([place]);
  });

  it("returns to the page it was started from, and never to another origin", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const own = `${home}/providers/${gitProviderId}`;
    for (const [returnTo, expected] of [
      ["/applications/x?tab=1", "/applications/x?tab=1"],
      ["https://evil.example.com/", own],
      ["//evil.example.com", own],
      ["/\\evil.example.com", own],
      ["javascript:alert(1)", own],
      ["/api/gitlab/callback", own],
      ["/%0d%0a//evil.example.com\n", own],
    ] as const) {
      const form = new URLSearchParams({ returnTo }).toString();
      const answer = await back(await decided(gitProviderId, "allow", form));
      expect([returnTo, answer.headers.get("location")]).toEqual([returnTo, expected]);
    }
  });

  it("reports a denial in Slipway's own words, and uses up the state", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const url = await decided(gitProviderId, "deny");
    url.searchParams.set("error_description", "<script>alert(1)</script>");
    const given = await refusedWith(gitProviderId, "authorization_refused", () => back(url));
    expect(given.headers.get("location")).toMatch(
      new RegExp(`^${home}/providers/${gitProviderId}\\?problem=`),
    );
    expect(decodeURIComponent(given.headers.get("location") ?? "")).not.toContain("script");
    expect(await given.text()).toBe("");
    await refusedWith(gitProviderId, "authorization_unknown", () => back(url));
  });

  it("saves nothing when the host rejects the token that it has just issued", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    host.after = async (request) => {
      if (request.url.endsWith("/oauth/token")) host.world.tokens = [];
      return null;
    };
    const before = await stored(gitProviderId);
    const answer = await back(await decided(gitProviderId));
    expect(problemOf(answer)).toMatch(/token|grant|refused/);
    expect(await stored(gitProviderId)).toEqual(before);
  });

  it("revokes the new token at the host when it is not saved", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const known = new Set(host.world.tokens.map(({ value }) => value));
    const granted = () => host.world.tokens.filter(({ value }) => !known.has(value));
    host.before = async ({ url }) =>
      url.includes("/api/v4/user") ? new Response("", { status: 503 }) : null;
    const before = await stored(gitProviderId);
    expect(problemOf(await back(await decided(gitProviderId)))).toBe("host_error");
    expect(await stored(gitProviderId)).toEqual(before);
    expect(host.asked).toBe(1);
    expect(granted()).toEqual([]);

    host.before = async () => null;
    host.after = async ({ url }) => {
      if (url.includes("/api/v4/user"))
        await db().gitProvider.update({ where: { gitProviderId }, data: { credentialVersion: 7 } });
      return null;
    };
    expect(problemOf(await back(await decided(gitProviderId)))).toBe("authorization_overtaken");
    expect(host.asked).toBe(2);
    expect(granted()).toEqual([]);
  });

  it("says why the token was not saved, also when revoking it fails", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    host.before = async ({ url }) => {
      if (url.endsWith("/oauth/revoke")) return new Response("", { status: 500 });
      return url.includes("/api/v4/user") ? new Response("", { status: 503 }) : null;
    };
    expect(problemOf(await back(await decided(gitProviderId)))).toBe("host_error");
  });

  it.each([
    ["a web page", new Response("<html>", { headers: { "content-type": "text/html" } }), "not_this_host"],
    ["a refusal", Response.json({ error: "invalid_grant" }, { status: 400 }), "grant_refused"],
    ["429", new Response("", { status: 429, headers: { "retry-after": "60" } }), "host_rate_limit"],
    ["503", new Response("", { status: 503 }), "host_error"],
  ])("shows what went wrong when the token endpoint answers %s", async (_name, response, reason) => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    host.before = async (request) => (request.url.endsWith("/oauth/token") ? response.clone() : null);
    const before = await stored(gitProviderId);
    const answer = await back(await decided(gitProviderId));
    expect([answer.status, problemOf(answer)]).toEqual([303, reason]);
    expect(await stored(gitProviderId)).toEqual(before);
  });
});

describe("the state of an authorization", () => {
  it("works once, also when two callbacks arrive at the same moment", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const url = await decided(gitProviderId);
    const before = host.asked;
    const answers = await Promise.all(Array.from({ length: 5 }, () => back(url)));
    expect(answers.map(problemOf).filter((code) => code === "authorization_unknown")).toHaveLength(4);
    expect(host.asked).toBe(before + 1);
    await refusedWith(gitProviderId, "authorization_unknown", () => back(url));
    expect((await stored(gitProviderId))?.credentialVersion).toBe(2);
  });

  it("is refused without a session, and stays valid for the session that began it", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const url = await decided(gitProviderId);
    const before = await stored(gitProviderId);
    const answer = await back(url, { cookie: "" });
    expect(answer.headers.get("location")).toMatch(/^\/sign-in\?next=%2Fproviders$/);
    expect([answer.status, host.asked]).toEqual([303, 0]);
    expect(await stored(gitProviderId)).toEqual(before);
    expect(problemOf(await back(url))).toBeUndefined();
  });

  it("is refused in another person's session, in another browser of the same person, or with an API key", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const url = await decided(gitProviderId);
    const colleague = await testMember(owner.organizationId, "owner");
    const browser = { cookie: await testCookie(await startSession(owner.userId, testOrigin)) };
    await refusedWith(gitProviderId, "authorization_unknown", () => back(url, colleague.cookies));
    await refusedWith(gitProviderId, "authorization_unknown", () => back(url, browser));
    const key = { ...owner.cookies, "x-api-key": await testKey(owner) };
    await refusedWith(gitProviderId, "session_only", () => back(url, key));
    expect(problemOf(await back(url))).toBeUndefined();
  });

  it("expires after ten minutes", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const url = await decided(gitProviderId);
    await db().oauthFlow.updateMany({
      where: { gitProviderId },
      data: { expiresAt: new Date(Date.now() - 1) },
    });
    await refusedWith(gitProviderId, "authorization_expired", () => back(url));
  });

  it("is refused when it is missing, empty, made up, given twice or huge", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const url = await decided(gitProviderId);
    const plain = `${url.origin}${url.pathname}`;
    const state = url.searchParams.get("state") ?? "";
    for (const [query, reason] of [
      ["code=c", "authorization_unknown"],
      ["code=c&state=", "authorization_unknown"],
      ["code=c&state=made-up", "authorization_unknown"],
      [`code=c&state=${state}&state=${state}`, "authorization_unreadable"],
      [`code=c&state[]=${state}`, "authorization_unknown"],
      [`code=${"c".repeat(9_000)}&state=${state}`, "authorization_unreadable"],
    ] as const) {
      const given = await refusedWith(gitProviderId, reason, () => back(`${plain}?${query}`));
      expect(given.headers.get("location")).toMatch(/^\/providers\/returned\?/);
    }
    expect(problemOf(await back(url))).toBeUndefined();
  });

  it("is refused at the callback of another provider type", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const url = await decided(gitProviderId);
    await refusedWith(gitProviderId, "authorization_mixed_up", () => back(url, owner.cookies, "gitea"));
    expect((await back(url, owner.cookies, "nothing")).status).toBe(404);
  });

  it("is refused when the callback names another issuer, before the code is sent anywhere", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const url = await decided(gitProviderId);
    url.searchParams.set("iss", "https://evil.example.com");
    await refusedWith(gitProviderId, "authorization_mixed_up", () => back(url));
    const good = await decided(gitProviderId);
    good.searchParams.set("iss", host.url);
    expect(problemOf(await back(good))).toBeUndefined();
  });

  it("is refused when the issuer is on another origin than the authorization page", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const { authorization } = registry.gitlab ?? {};
    if (!authorization) throw new Error("gitlab has no authorization");
    const unnamed = vi.spyOn(authorization, "issuer").mockReturnValue(undefined as never);
    try {
      const url = await decided(gitProviderId);
      url.searchParams.set("iss", "https://evil.example.com");
      await refusedWith(gitProviderId, "authorization_mixed_up", () => back(url));
      const good = await decided(gitProviderId);
      good.searchParams.set("iss", `${host.url}/some/path`);
      expect(problemOf(await back(good))).toBeUndefined();
    } finally {
      unnamed.mockRestore();
    }
  });

  it("is used by GET only: a HEAD request exchanges no code", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const url = await decided(gitProviderId);
    const asked = host.asked;
    for (const method of ["HEAD", "POST"]) {
      const answer = await send(`${url.pathname}${url.search}`, { method, headers: owner.cookies });
      expect([method, answer.status, answer.headers.get("allow")]).toEqual([method, 405, "GET"]);
    }
    expect(host.asked).toBe(asked);
    expect(problemOf(await back(url))).toBeUndefined();
  });

  it("writes one audit record a minute, however often somebody invents a state", async () => {
    const viewer = await testMember(owner.organizationId, "viewer");
    const invented = () => `${env().url}/api/gitlab/callback?code=c&state=${newId()}`;
    for (let n = 0; n < 10; n++)
      expect(problemOf(await back(invented(), viewer.cookies))).toBe("authorization_unknown");
    const rows = await db().auditEvent.count({ where: { userId: viewer.userId, action: "gitlab.callback" } });
    expect(rows).toBe(1);
  });

  it("counts against the rate limits of the person and of the address", async () => {
    const before = env();
    setEnv({ ...before, rateLimitCaller: 3 });
    try {
      const viewer = await testMember(owner.organizationId, "viewer");
      const statuses = [];
      for (let n = 0; n < 5; n++) {
        const url = `${env().url}/api/gitlab/callback?code=c&state=${newId()}`;
        statuses.push((await back(url, viewer.cookies)).status);
      }
      expect(statuses).toEqual([303, 303, 303, 429, 429]);
      setEnv({ ...before, rateLimitAddress: 3 });
      const other = await testMember(owner.organizationId, "viewer"); // the calls of the first are used up
      const from = { ...other.cookies, "x-slipway-address": "198.51.100.99" };
      const answers = [];
      for (let n = 0; n < 5; n++) answers.push((await back(`${env().url}/api/gitlab/callback`, from)).status);
      expect(answers.filter((status) => status === 429)).toHaveLength(2);
    } finally {
      setEnv(before);
    }
  });

  it("is refused when the provider was changed or removed meanwhile, or the person lost the permission", async () => {
    const { gitProviderId, gitlab } = await unauthorizedProvider(owner);
    const changed = await decided(gitProviderId);
    await call(owner.caller, "gitlab.update", { gitlabId: gitlab?.gitlabId, secret: "another" });
    await refusedWith(gitProviderId, "authorization_overtaken", () => back(changed));

    const admin = await testMember(owner.organizationId, "admin");
    const link = await linkOf(await leave(gitProviderId, admin.cookies));
    const demoted = await decide(host, link);
    await db().member.update({ where: { memberId: admin.memberId }, data: { role: "viewer" } });
    await refusedWith(gitProviderId, "permission_denied", () => back(demoted, admin.cookies));

    const other = await unauthorizedProvider(owner);
    const gone = await decided(other.gitProviderId);
    await call(owner.caller, "gitProvider.remove", { gitProviderId: other.gitProviderId });
    expect(problemOf(await back(gone))).toBe("authorization_unknown");
  });

  it("is refused once the person has left the organization", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const admin = await testMember(owner.organizationId, "admin");
    const url = await decide(host, await linkOf(await leave(gitProviderId, admin.cookies)));
    await db().member.delete({ where: { memberId: admin.memberId } });
    const given = await refusedWith(gitProviderId, "not_found", () => back(url, admin.cookies));
    expect(given.headers.get("location")).not.toContain(gitProviderId);
  });

  it("belongs to the organization in which it was begun, whichever is active later", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const url = await decided(gitProviderId);
    const other = await testOrganization("Other");
    await db().member.create({ data: { organizationId: other, userId: owner.userId, role: "owner" } });
    const active = (activeOrganizationId: string | null) =>
      db().session.update({ where: { sessionId: owner.sessionId }, data: { activeOrganizationId } });
    await active(other);
    expect(problemOf(await back(url))).toBeUndefined();
    await active(owner.organizationId);
    expect((await detail(gitProviderId)).health.state).toBe("ok");
    expect(await db().gitProvider.count({ where: { organizationId: other } })).toBe(0);
  });
});

describe("starting an authorization", () => {
  it("needs a session, the same origin and the permission to change the provider", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const viewer = await testMember(owner.organizationId, "viewer");
    const stranger = await testMember(await testOrganization("Strangers"), "owner");
    const cookie = owner.cookies.cookie;
    const signedOut = await leave(gitProviderId, {});
    expect(signedOut.headers.get("location")).toMatch(/^\/sign-in\?next=/);
    expect(problemOf(await leave(gitProviderId, { cookie, origin: "https://evil.example.com" }))).toBe(
      "cross_origin",
    );
    expect(problemOf(await leave(gitProviderId, { cookie }))).toBe("cross_origin");
    expect(problemOf(await leave(gitProviderId, { "x-api-key": await testKey(owner) }))).toBe("session_only");
    expect(problemOf(await leave(gitProviderId, viewer.cookies))).toBe("permission_denied");
    expect(problemOf(await leave(gitProviderId, stranger.cookies))).toBe("not_found");
    expect(await db().oauthFlow.count({ where: { gitProviderId } })).toBe(0);
  });

  it("says why it is not possible", async () => {
    const given = { name: newId(), gitlabUrl: host.url, accessToken: "glpat-1" };
    const { gitProviderId } = await call<GitProvider>(owner.caller, "gitlab.create", given);
    const answer = await leave(gitProviderId);
    expect([answer.status, problemOf(answer)]).toEqual([303, "authorization_not_needed"]);
  });
});

describe("an installation that was not begun here", () => {
  it("changes nothing and leads to a page that says what to do", async () => {
    const url = `${env().url}/api/github/callback?installation_id=1&setup_action=install`;
    const answer = await back(url, owner.cookies, "github");
    expect(answer.headers.get("location")).toMatch(/^\/providers\/returned\?/);
    expect(problemOf(answer)).toBe("authorization_unasked");
  });
});

describe("the audit of authorizations", () => {
  it("records every flow that was begun, finished or refused, without its state or code", async () => {
    const { gitProviderId } = await unauthorizedProvider(owner);
    const url = await decided(gitProviderId);
    await back(url);
    await back(url);
    const events = await db().auditEvent.findMany({
      where: { organizationId: owner.organizationId, targetId: gitProviderId },
      orderBy: { at: "asc" },
    });
    const told = events.map(({ action, result }) => `${action} ${result}`);
    expect(told).toEqual(expect.arrayContaining(["gitProvider.authorize ok", "gitlab.callback ok"]));
    const text = JSON.stringify(await db().auditEvent.findMany(), (_key, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    for (const secret of [url.searchParams.get("state"), url.searchParams.get("code")])
      expect(text).not.toContain(String(secret));
  });
});
