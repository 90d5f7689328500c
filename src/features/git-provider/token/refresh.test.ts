import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachInMemory } from "@test/kit/provider-api";
import { type TokenHost, tokenHost } from "@test/kit/token-host";
import { Client } from "pg";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { connectionString, db } from "@/db/client";
import { currentSecrets, openForge } from "@/features/git-provider/client/open";
import { testStored } from "@/features/git-provider/connection-test/run";
import type { GitProvider, GitProviderDetail } from "@/features/git-provider/contract";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { ensureFreshToken } from "@/features/git-provider/token/ensure-fresh";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import type { Report } from "@/providers/connection/report";
import type { AuthorizationServerOptions } from "@/providers/simulator/authorization-server";
import { CLIENT } from "@/providers/simulator/seed";

testDatabase();

const gitlabUrl = "https://git.example.com";
const isToken = (request: Request) => request.url.endsWith("/oauth/token");
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
let owner: TestMember;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

interface Connected {
  host: TokenHost;
  gitProviderId: string;
  gitlabId: string;
  tokens: { accessToken: string; refreshToken: string };
}

/** A connection as a finished flow leaves it; the token ends at `expiresAt` (Unix seconds), null where nobody knows. */
async function connect(
  expiresAt: number | null,
  changes: Partial<AuthorizationServerOptions> = {},
): Promise<Connected> {
  const host = tokenHost(gitlabUrl, changes);
  reachInMemory(async (request) => {
    const answer = await host.respond(request);
    if (answer !== "drop") return answer;
    const params = { host: "git.example.com", port: 443 };
    throw new Fault("unavailable", { code: "connection_reset", params });
  });
  const tokens = await host.authorize();
  const given = {
    name: newId(),
    authMethod: "oauth",
    gitlabUrl,
    applicationId: CLIENT.id,
    secret: CLIENT.secret,
  };
  const { gitProviderId, gitlab } = await call<GitProvider>(owner.caller, "gitlab.create", {
    ...given,
    ...tokens,
    expiresAt,
  });
  host.asked = 0;
  return { host, gitProviderId, gitlabId: String(gitlab?.gitlabId), tokens };
}

const rowOf = (gitProviderId: string) => db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
const healthOf = async (gitProviderId: string) =>
  (await call<GitProviderDetail>(owner.caller, "gitProvider.one", { gitProviderId })).health;
const list = async (gitProviderId: string) => {
  const { forge } = await openForge(owner.caller, gitProviderId);
  return forge.repositories?.list({ limit: 1 });
};
const tokenOf = async (gitProviderId: string) =>
  (await openForge(owner.caller, gitProviderId)).session.secrets.accessToken;
const end = ({ host, tokens }: Connected) => {
  host.world.tokens = host.world.tokens.filter(({ value }) => value !== tokens.accessToken);
};
const set = (gitProviderId: string, data: object) =>
  db().gitProvider.update({ where: { gitProviderId }, data });

/** As if the last refresh had failed long ago. */
const rest = (gitProviderId: string) => db().$executeRaw`UPDATE "git_provider"
  SET "renewalPause" = "renewalPause" || '{"since": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}'
  WHERE "gitProviderId" = ${gitProviderId}`;

/** The reason code of the fault, or "ok". */
async function reasonOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "ok",
    (error: unknown) => (error instanceof Fault ? error.reason.code : String(error)),
  );
}

describe("a blocked account", () => {
  it("uses up no refresh, and does not keep its token from being refreshed once it is permitted again", async () => {
    const made = await connect(inSeconds(3600));
    const { host, gitProviderId, gitlabId } = made;
    host.before = async (request) =>
      isToken(request)
        ? null
        : Response.json({ message: "403 Forbidden - Your account has been blocked." }, { status: 403 });
    expect(await reasonOf(list(gitProviderId))).toBe("account_blocked");
    await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId });
    expect(host.asked).toBe(0);
    host.before = async () => null;
    end(made);
    expect(await reasonOf(list(gitProviderId))).toBe("ok");
    expect(host.asked).toBe(1);
  });
});

describe("refreshing a token that is about to expire", () => {
  it("happens five minutes before the expiry and not earlier", async () => {
    const late = await connect(inSeconds(4 * 60));
    expect(await tokenOf(late.gitProviderId)).not.toBe(late.tokens.accessToken);
    expect(late.host.asked).toBe(1);
    const early = await connect(inSeconds(6 * 60));
    expect(await tokenOf(early.gitProviderId)).toBe(early.tokens.accessToken);
    expect(early.host.asked).toBe(0);
  });

  it("happens in the last quarter of a short lifetime", async () => {
    const { host, gitProviderId, tokens } = await connect(inSeconds(30));
    await set(gitProviderId, { renewedAt: new Date(Date.now() - 30_000) });
    expect(await tokenOf(gitProviderId)).toBe(tokens.accessToken);
    await set(gitProviderId, { renewedAt: new Date(Date.now() - 120_000) });
    expect(await tokenOf(gitProviderId)).not.toBe(tokens.accessToken);
    expect(host.asked).toBe(1);
  });

  it("does not repeat for every call where tokens live for less than five minutes", async () => {
    const { host, gitProviderId } = await connect(inSeconds(-1), { lifetime: 60 });
    for (let n = 0; n < 5; n++) await list(gitProviderId);
    expect(host.asked).toBe(1);
  });

  it("does not repeat at once when the clock is so wrong that every token looks expired", async () => {
    const { host, gitProviderId, gitlabId } = await connect(inSeconds(-1));
    await list(gitProviderId);
    await db().gitlab.update({ where: { gitlabId }, data: { expiresAt: inSeconds(-600) } });
    for (let n = 0; n < 5; n++) await list(gitProviderId);
    expect(host.asked).toBe(1);
  });

  it("stores both new tokens before anyone uses them", async () => {
    const { host, gitProviderId } = await connect(inSeconds(-1));
    let known: number | undefined;
    host.before = async (request) => {
      if (!isToken(request)) known ??= (await rowOf(gitProviderId)).renewalVersion;
      return null;
    };
    await list(gitProviderId);
    expect(known).toBe(1);
  });

  it("stores the new tokens although the database connection breaks once after the old ones are spent", async () => {
    const { host, gitProviderId } = await connect(inSeconds(-1));
    const lock = new Client({ connectionString: connectionString() });
    await lock.connect();
    let broken: Promise<unknown> = Promise.resolve();
    host.after = async (request) => {
      if (!isToken(request)) return null;
      await lock.query('BEGIN; LOCK TABLE "gitlab" IN ACCESS EXCLUSIVE MODE');
      broken = sleep(500).then(async () => {
        const { rows } = await lock.query(`SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`);
        await lock.query("ROLLBACK");
        return rows;
      });
      return null;
    };
    const token = await tokenOf(gitProviderId).finally(() => broken.finally(() => lock.end()));
    expect(await broken).toEqual([{ ended: true }]);
    expect(host.world.tokens.some(({ value }) => value === token)).toBe(true);
    expect(host.asked).toBe(1);
  });

  it("changes neither the credential version, nor the health, nor the shown expiry", async () => {
    const { gitProviderId, gitlabId } = await connect(inSeconds(-1));
    await call(owner.caller, "gitlab.repositories", { gitlabId });
    expect(await rowOf(gitProviderId)).toMatchObject({ credentialVersion: 1, renewalVersion: 1 });
    expect(await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId })).toMatchObject({
      ok: true,
    });
    const health = await healthOf(gitProviderId);
    expect(health).toMatchObject({ state: "ok", ends: "renewed" });
    expect(health).not.toHaveProperty("expiresAt");
  });

  it("gets the first access token where none is stored", async () => {
    const { host, gitProviderId, gitlabId } = await connect(null);
    await db().gitlab.update({ where: { gitlabId }, data: { accessToken: null } });
    expect(await reasonOf(list(gitProviderId))).toBe("ok");
    expect(host.asked).toBe(1);
  });

  it("does not overwrite a token that a person stored meanwhile", async () => {
    const { host, gitProviderId, gitlabId } = await connect(inSeconds(-1));
    host.after = async (request) => {
      if (!isToken(request)) return null;
      host.after = async () => null;
      await call(owner.caller, "gitlab.update", {
        gitlabId,
        accessToken: "pasted",
        expiresAt: inSeconds(9_000),
      });
      return null;
    };
    const before = host.world.tokens.map(({ value }) => value);
    expect(await tokenOf(gitProviderId)).toBe("pasted");
    expect(await rowOf(gitProviderId)).toMatchObject({ credentialVersion: 2, renewalVersion: 0 });
    // The token that came too late was revoked.
    expect(host.world.tokens.filter(({ value }) => !before.includes(value))).toEqual([]);
  });

  it("uses the auth method that a person changed to while the refresh waited for another process", async () => {
    const { gitProviderId, gitlabId } = await connect(inSeconds(120));
    const opened = await openForge(owner.caller, gitProviderId);
    await call(owner.caller, "gitlab.update", { gitlabId, authMethod: "token", accessToken: "glpat-pasted" });
    await set(gitProviderId, { renewalHeldUntil: new Date(Date.now() + 30_000) });
    const { session } = await ensureFreshToken(opened, { refused: opened.row.renewalVersion });
    expect([session.authMethod, session.secrets.accessToken]).toEqual(["token", "glpat-pasted"]);
  });

  it("leaves no live token at the host when the provider is removed meanwhile", async () => {
    const { host, gitProviderId } = await connect(inSeconds(-1));
    host.after = async (request) => {
      if (!isToken(request)) return null;
      host.after = async () => null;
      await call(owner.caller, "gitProvider.remove", { gitProviderId });
      return null;
    };
    const before = host.world.tokens.map(({ value }) => value);
    expect(await reasonOf(list(gitProviderId))).toBe("not_found");
    expect(host.world.tokens.filter(({ value }) => !before.includes(value))).toEqual([]);
  });
});

describe("operations with an expired stored token", () => {
  it("refresh it first: a test with changed fields, and a rotation", async () => {
    const { host, gitProviderId, gitlabId } = await connect(inSeconds(-1));
    host.world.tokens = [];
    const input = { gitlabId, groupName: "acme" };
    expect(await call<Report>(owner.caller, "gitlab.testConnection", input)).toMatchObject({ ok: true });
    await set(gitProviderId, { renewedAt: null });
    await db().gitlab.update({ where: { gitlabId }, data: { expiresAt: inSeconds(-1) } });
    host.world.tokens = [];
    const rotated = { gitProviderId, secret: CLIENT.secret };
    expect(await call(owner.caller, "gitProvider.rotate", rotated)).toMatchObject({ rotated: true });
    expect(host.asked).toBe(2);
  });
});

describe("a token whose expiry is unknown", () => {
  it("is refreshed once when the host answers 401, and the call is repeated", async () => {
    const made = await connect(null, { lifetime: null });
    end(made);
    expect(await reasonOf(list(made.gitProviderId))).toBe("ok");
    expect(made.host.asked).toBe(1);
    expect((await healthOf(made.gitProviderId)).state).toBe("pending");
  });

  it("is not refreshed again by a caller that still holds the old one, and nothing breaks", async () => {
    const made = await connect(null, { lifetime: null });
    const first = await openForge(owner.caller, made.gitProviderId);
    const second = await openForge(owner.caller, made.gitProviderId);
    end(made);
    await first.forge.repositories?.list({ limit: 1 });
    await second.forge.repositories?.list({ limit: 1 });
    expect(made.host.asked).toBe(1);
    expect((await healthOf(made.gitProviderId)).state).toBe("pending");
  });

  it("is given up when the refreshed one is refused too, without a refresh for every call", async () => {
    const { host, gitProviderId } = await connect(null, { lifetime: null });
    host.before = async (request) => (isToken(request) ? null : new Response("{}", { status: 401 }));
    for (let n = 0; n < 5; n++) expect(await reasonOf(list(gitProviderId))).not.toBe("ok");
    expect(host.asked).toBe(1);
    expect((await healthOf(gitProviderId)).state).toBe("broken");
  });

  it("is refreshed by a connection test as well", async () => {
    const made = await connect(null, { lifetime: null });
    end(made);
    const { gitlabId } = made;
    expect(await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId })).toMatchObject({
      ok: true,
    });
    expect(made.host.asked).toBe(1);
  });
});

describe("a host that refuses the refresh token", () => {
  it("is told by a test as the cause, also when it had refused the access token before its end", async () => {
    const made = await connect(inSeconds(3600));
    end(made);
    made.host.before = async (request) =>
      isToken(request) ? Response.json({ error: "invalid_client" }, { status: 401 }) : null;
    const { gitlabId } = made;
    const { checks } = await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId });
    const credential = checks.find(({ id }) => id === "credential");
    expect(credential?.detail).toContain("does not accept the client ID with this secret");
    expect(credential?.fix?.text).not.toContain("Connect again");
  });

  it("breaks the connection with its reason, and is not called again", async () => {
    const { host, gitProviderId } = await connect(inSeconds(-1));
    host.before = async (request) =>
      isToken(request) ? Response.json({ error: "invalid_grant" }, { status: 400 }) : null;
    for (let n = 0; n < 5; n++) expect(await reasonOf(list(gitProviderId))).toBe("grant_refused");
    expect(host.asked).toBe(1);
    expect(await healthOf(gitProviderId)).toMatchObject({
      state: "broken",
      reason: { code: "grant_refused" },
    });
  });

  it("is called again when a person tests the connection, which then can work again", async () => {
    const { host, gitProviderId, gitlabId } = await connect(inSeconds(-1));
    host.before = async (request) =>
      isToken(request) ? Response.json({ error: "invalid_client" }, { status: 401 }) : null;
    expect(await reasonOf(list(gitProviderId))).toBe("client_refused");
    const failed = await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId });
    expect(failed).toMatchObject({ ok: false });
    const credential = failed.checks.find(({ id }) => id === "credential");
    expect(credential).toMatchObject({ status: "fail" });
    // To authorize again sends the same secret again.
    expect(credential?.fix?.text).toMatch(/secret/i);
    expect(`${credential?.detail} ${credential?.fix?.text}`).not.toMatch(
      /(connect|authorize|sign in) again/i,
    );
    host.before = async () => null;
    expect(await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId })).toMatchObject({
      ok: true,
    });
    expect((await healthOf(gitProviderId)).state).toBe("ok");
    expect(await reasonOf(list(gitProviderId))).toBe("ok");
  });
});

describe("a token endpoint that is down for the moment", () => {
  const troubles = [
    ["503", () => new Response("", { status: 503 }), "host_error"],
    ["429", () => new Response("", { status: 429, headers: { "retry-after": "30" } }), "host_rate_limit"],
    [
      "a web page",
      () => new Response("<html>", { headers: { "content-type": "text/html" } }),
      "not_this_host",
    ],
  ] as const;

  it.each(troubles)("and answers %s keeps the token, and is told as such", async (_name, answer, reason) => {
    const { host, gitProviderId } = await connect(inSeconds(-1));
    host.before = async (request) => (isToken(request) ? answer() : null);
    for (let n = 0; n < 3; n++) expect(await reasonOf(list(gitProviderId))).toBe(reason);
    expect(host.asked).toBe(1);
    expect((await healthOf(gitProviderId)).state).toBe("pending");
    host.before = async () => null;
    await db().$executeRaw`UPDATE "git_provider"
      SET "renewalPause" = jsonb_set("renewalPause", '{until}', '"2026-01-01T00:00:00Z"')
      WHERE "gitProviderId" = ${gitProviderId}`;
    expect(await reasonOf(list(gitProviderId))).toBe("ok");
  });

  it.each([
    ["502", () => new Response("", { status: 502 }), "502"],
    [
      "504 with a page",
      () => new Response("<html>", { status: 504, headers: { "content-type": "text/html" } }),
      "504",
    ],
    ["a success that cannot be read", () => new Response("{"), "JSON"],
    ["no more refresh token", () => Response.json({ error: "invalid_grant" }, { status: 400 }), ""],
  ])(
    "and answers %s is not sent the refresh token again by tests that follow at once",
    async (_, answer, detail) => {
      const { host, gitProviderId, gitlabId } = await connect(inSeconds(-1));
      host.before = async (request) => (isToken(request) ? answer() : null);
      for (let n = 0; n < 4; n++) {
        const report = await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId });
        expect(report.checks.find(({ status }) => status === "fail")?.detail).toContain(detail);
      }
      expect(host.asked).toBe(1);
      host.before = async () => null;
      await rest(gitProviderId);
      expect(await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId })).toMatchObject({
        ok: true,
      });
    },
  );

  it("and later refuses the refresh token is told as a lost answer, since it may have used the token", async () => {
    const { host, gitProviderId } = await connect(inSeconds(-1));
    const refuse = (body: object, status: number) => {
      host.before = async (request) => (isToken(request) ? Response.json(body, { status }) : null);
    };
    refuse({}, 502);
    expect(await reasonOf(list(gitProviderId))).toBe("host_error");
    await rest(gitProviderId);
    refuse({ error: "invalid_client" }, 401);
    expect(await reasonOf(list(gitProviderId))).toBe("client_refused");
    await rest(gitProviderId);
    refuse({ error: "invalid_grant" }, 400);
    expect(await reasonOf(list(gitProviderId))).toBe("answer_lost");
  });

  it("and answers 502 to a rotation is not sent the refresh token again at once", async () => {
    const { host, gitProviderId } = await connect(inSeconds(600));
    host.before = async (request) => (isToken(request) ? new Response("", { status: 502 }) : null);
    const input = { gitProviderId, secret: CLIENT.secret };
    for (let n = 0; n < 3; n++) {
      const { reason } = await faultOfCall(owner.caller, "gitProvider.rotate", input);
      expect(reason.code).toBe("host_error");
    }
    expect(host.asked).toBe(1);
    host.before = async () => null;
    await rest(gitProviderId);
    expect(await call(owner.caller, "gitProvider.rotate", input)).toMatchObject({ rotated: true });
  });

  it("does not fail calls while the old token is valid", async () => {
    const { host, gitProviderId, tokens } = await connect(inSeconds(120));
    host.before = async (request) => (isToken(request) ? new Response("", { status: 503 }) : null);
    for (let n = 0; n < 3; n++) expect(await tokenOf(gitProviderId)).toBe(tokens.accessToken);
    expect(host.asked).toBe(1);
  });
});

describe("a lost answer to a refresh", () => {
  it("is followed by one more request", async () => {
    const { host, gitProviderId } = await connect(inSeconds(-1), { rotates: false });
    host.after = async (request) => {
      if (!isToken(request)) return null;
      host.after = async () => null;
      return "drop";
    };
    expect(await reasonOf(list(gitProviderId))).toBe("ok");
    expect(host.asked).toBe(2);
  });

  it("breaks the connection when it happens twice, since the refresh token may be used up", async () => {
    const { host, gitProviderId } = await connect(inSeconds(-1), { rotates: false });
    host.after = async (request) => (isToken(request) ? "drop" : null);
    for (let n = 0; n < 3; n++) expect(await reasonOf(list(gitProviderId))).toBe("answer_lost");
    expect(host.asked).toBe(2);
    expect(await healthOf(gitProviderId)).toMatchObject({ state: "broken", reason: { code: "answer_lost" } });
    // For good: no time brings the refresh token back.
    expect((await rowOf(gitProviderId)).renewalPause).toMatchObject({ until: null });
  });

  it("is not retried by connection tests: the refresh token is sent twice at most", async () => {
    const { host, gitProviderId, gitlabId } = await connect(inSeconds(-1), { rotates: false });
    host.after = async (request) => (isToken(request) ? "drop" : null);
    for (let n = 0; n < 5; n++) {
      const report = await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId });
      expect(report.checks.find(({ status }) => status === "fail")?.detail).toContain("lost twice");
    }
    expect(host.asked).toBe(2);
    host.after = async () => null;
    await db().$executeRaw`UPDATE "git_provider"
      SET "renewalPause" = jsonb_set("renewalPause", '{since}', '"2026-01-01T00:00:00Z"')
      WHERE "gitProviderId" = ${gitProviderId}`;
    expect(await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId })).toMatchObject({
      ok: true,
    });
  });

  it("is reported as lost and not as revoked when the retry is refused", async () => {
    const { host, gitProviderId } = await connect(inSeconds(-1), { rotates: true });
    host.after = async (request) => {
      if (!isToken(request)) return null;
      host.after = async () => null;
      return "drop";
    };
    expect(await reasonOf(list(gitProviderId))).toBe("answer_lost");
    expect(host.asked).toBe(2);
  });
});

describe("a token endpoint that hangs", () => {
  it("costs a connection test no more than its deadline, and the message says what it waits for", async () => {
    const { host, gitProviderId } = await connect(inSeconds(-1));
    let answer: (value: null) => void = () => undefined;
    const hung = new Promise<null>((resolve) => {
      answer = resolve;
    });
    host.before = (request) => (isToken(request) ? hung : Promise.resolve(null));
    const row = await readProvider(system(owner.caller.organizationId), gitProviderId);
    const began = performance.now();
    const report = await testStored(row, { byHand: true, deadlineMs: 400 });
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(report.ok).toBe(false);
    const opened = openForge(owner.caller, gitProviderId, { signal: AbortSignal.timeout(50) });
    expect(await reasonOf(opened)).toBe("renewal_pending");
    answer(null);
    expect(await reasonOf(list(gitProviderId))).toBe("ok");
    expect(host.asked).toBe(1);
  });

  it("costs a change of the connection no more than its deadline, which then uses the stored token", async () => {
    const { host, gitProviderId, tokens } = await connect(inSeconds(-1));
    let answer: (value: null) => void = () => undefined;
    const hung = new Promise<null>((resolve) => {
      answer = resolve;
    });
    host.before = (request) => (isToken(request) ? hung : Promise.resolve(null));
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const short = vi
      .spyOn(AbortSignal, "timeout")
      .mockImplementation((ms) => timeout(ms === 5_000 ? 50 : ms));
    const row = await readProvider(system(owner.caller.organizationId), gitProviderId);
    const secrets = await currentSecrets(row);
    short.mockRestore();
    expect(secrets.accessToken).toBe(tokens.accessToken);
    answer(null);
    expect(await reasonOf(list(gitProviderId))).toBe("ok");
    expect(host.asked).toBe(1);
  });

  it("of another process is reported as renewal_pending to a caller whose deadline is shorter", async () => {
    const { gitProviderId } = await connect(inSeconds(-1));
    await set(gitProviderId, { renewalHeldUntil: new Date(Date.now() + 30_000) });
    const opened = openForge(owner.caller, gitProviderId, { signal: AbortSignal.timeout(50) });
    expect(await reasonOf(opened)).toBe("renewal_pending");
    await set(gitProviderId, { renewalHeldUntil: null });
    expect(await reasonOf(list(gitProviderId))).toBe("ok");
  });
});

describe("a connection that nobody has authorized yet", () => {
  it("sends no request to the host, and stays pending", async () => {
    const host = tokenHost(gitlabUrl);
    reachInMemory(async (request) => (await host.respond(request)) as Response);
    const given = {
      name: newId(),
      authMethod: "oauth",
      gitlabUrl,
      applicationId: CLIENT.id,
      secret: CLIENT.secret,
    };
    const { gitProviderId, gitlab } = await call<GitProvider>(owner.caller, "gitlab.create", given);
    const { gitlabId } = gitlab ?? {};
    const fault = await faultOfCall(owner.caller, "gitlab.repositories", { gitlabId });
    expect([fault.code, fault.reason.code]).toEqual(["credential_rejected", "authorize_pending"]);
    await call(owner.caller, "gitlab.testConnection", { gitlabId });
    expect(host.asked).toBe(0);
    expect(await healthOf(gitProviderId)).toMatchObject({
      state: "pending",
      reason: { code: "authorize_pending" },
    });
  });
});
