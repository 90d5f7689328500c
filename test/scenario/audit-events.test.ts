import { call, post } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testKey, testMember, testOrganization, testOrigin } from "@test/kit/member";
import { testForm } from "@test/kit/organizations";
import { testPassword as password, testPasswordHash as passwordHash } from "@test/kit/password";
import { reachInMemory } from "@test/kit/provider-api";
import { beforeEach, describe, expect, it } from "vitest";
import { annotate } from "@/access/audit-context";
import { countAttempt, limits } from "@/access/rate-limit";
import { signOut } from "@/access/session";
import { signIn } from "@/access/sign-in";
import { db, pool, transaction } from "@/db/client";
import { verifyKeys } from "@/db/key-check";
import { openForge, openForgeForOrganization } from "@/features/git-provider/client/open";
import { env, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { createContext } from "@/rpc/context";
import { anyone, createCallerFactory, router } from "@/rpc/procedure";

testDatabase();

let mine: TestMember;
let origin: typeof testOrigin;
beforeEach(async () => {
  mine = await testMember(await testOrganization(), "owner");
  await db().user.update({ where: { userId: mine.userId }, data: { passwordHash } });
  origin = { ...testOrigin, requestId: newId(), address: `198.51.100.${Math.ceil(Math.random() * 250)}` };
});

const told = (where: { requestId?: string; action?: string; apiKeyId?: string; targetId?: string }) =>
  db().auditEvent.findMany({ where, orderBy: { auditEventId: "asc" } });

describe("the audit of a sign-in", () => {
  it("has an event for a success, in the organization the person acts in", async () => {
    await signIn(origin, mine.email, password);
    const { organizationId, userId, email: actor } = mine;
    const due = {
      action: "session.signIn",
      result: "ok",
      organizationId,
      userId,
      actor,
      address: origin.address,
    };
    expect(await told({ requestId: origin.requestId })).toMatchObject([due]);
  });

  it("has an event for a failure, for a known and for an unknown address", async () => {
    const unknown = `${newId()}@example.com`;
    await signIn(origin, mine.email, "wrong password");
    await signIn(origin, unknown, "wrong password");
    const due = { action: "session.signIn", result: "denied", fault: "unauthenticated" };
    expect(await told({ requestId: origin.requestId })).toMatchObject([
      { ...due, userId: mine.userId, organizationId: mine.organizationId },
      { ...due, userId: null, organizationId: null, actor: unknown },
    ]);
  });

  it("has one event for a sign-out and the end of the session", async () => {
    await signOut(mine.sessionId, origin);
    await signOut(mine.sessionId, origin);
    const due = { action: "session.signOut", result: "ok", userId: mine.userId };
    expect(await told({ requestId: origin.requestId })).toMatchObject([due]);
  });

  it("has one event when the attempts are used up, of an account or from an address", async () => {
    const account = `${newId()}@example.com`;
    for (let n = 0; n < limits.signInAccount.tries; n++) await countAttempt("signInAccount", account);
    for (let n = 0; n < limits.signInAddress.tries - 3; n++)
      await countAttempt("signInAddress", origin.address);
    const refused = { actor: account, result: "denied", fault: "rate_limited", userId: null };
    for (let n = 0; n < 6; n++) await expect(signIn(origin, account, "x")).rejects.toThrow();
    expect(await told({ requestId: origin.requestId })).toMatchObject([refused, refused]);
  });

  it("never contains a password", async () => {
    await signIn(origin, mine.email, password);
    await signIn(origin, mine.email, `${password} wrong`);
    expect(JSON.stringify(await told({ requestId: origin.requestId }), text)).not.toContain("horse");
  });
});

function text(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

describe("the audit of a denied call", () => {
  async function ask(name: string, headers: Record<string, string>, body: object = {}) {
    const requestId = newId();
    const { status } = await post("rest", name, body, { ...headers, "x-request-id": requestId });
    return { status, rows: await told({ requestId }) };
  }

  it("has an event for reading and for changing without the permission, with the key that was used", async () => {
    const key = { "x-api-key": await testKey(mine, ["provider:read"]) };
    for (const [name, body] of [
      ["application.all", {}],
      ["member.invite", { email: "a@example.com", role: "viewer" }],
    ] as const) {
      const { status, rows } = await ask(name, key, body);
      expect([status, rows.length]).toEqual([403, 1]);
      expect(rows[0]).toMatchObject({ action: name, result: "denied", fault: "forbidden", actor: "test" });
      expect(rows[0]?.apiKeyId).toBeTruthy();
    }
  });

  it("has an event for an id of another organization, the same as for an id that does not exist", async () => {
    const other = await testMember(await testOrganization("Other"), "owner");
    const made = await post("rest", "git.create", { name: "x", ...testForm("git") }, other.cookies);
    const { gitProviderId } = await made.json();
    for (const id of [gitProviderId, newId()]) {
      const { status, rows } = await ask("gitProvider.one", mine.cookies, { gitProviderId: id });
      expect(status).toBe(404);
      const { organizationId } = mine;
      const due = { organizationId, result: "denied", fault: "not_found", targetId: id, targetName: null };
      expect(rows).toMatchObject([due]);
    }
  });

  it("has an event for a call from another site", async () => {
    const { status, rows } = await ask("user.updateProfile", {
      ...mine.cookies,
      origin: "https://evil.example",
    });
    expect([status, rows.map((row) => [row.action, row.result, row.userId])]).toEqual([
      403,
      [["user.updateProfile", "denied", mine.userId]],
    ]);
  });

  it("has one event a minute for a revoked key, and none for keys that never existed", async () => {
    const key = await testKey(mine, undefined, { revokedAt: new Date() });
    for (let n = 0; n < 3; n++) await call("rest", "user.me", { headers: { "x-api-key": key } });
    const { apiKeyId } = await db().apiKey.findFirstOrThrow({ where: { memberId: mine.memberId } });
    await expect.poll(async () => (await told({ apiKeyId })).length).toBe(1);
    expect(await told({ apiKeyId })).toMatchObject([{ action: "apiKey.use", result: "denied" }]);
  });

  it("has an event for a removal that finds nothing to remove", async () => {
    const unknown: [string, object][] = [
      ["member.revokeInvite", { invitationId: newId() }],
      ["apiKey.revoke", { apiKeyId: newId() }],
      ["user.endSession", { sessionId: newId() }],
    ];
    for (const [name, body] of unknown) {
      const { rows } = await ask(name, mine.cookies, body);
      expect([name, rows.map(({ result }) => result)]).toEqual([name, ["denied"]]);
    }
  });

  it("has one event a minute for an address over its limit, also for calls from another site", async () => {
    const address = { "x-slipway-address": "203.0.113.77" };
    const another = { "x-slipway-address": "203.0.113.78" };
    setEnv({ ...env(), rateLimitAddress: 1 });
    const foreign = { ...mine.cookies, ...address, origin: "https://evil.example" };
    const asked = [];
    for (let n = 0; n < 8; n++) asked.push(await ask("user.updateProfile", foreign));
    setEnv({ ...env(), rateLimitAddress: 6_000 });
    expect(asked.map(({ status }) => status)).toEqual([403, ...Array(7).fill(429)]);
    const rows = asked.flatMap((each) => each.rows.map(({ fault }) => fault));
    expect(rows).toEqual(["forbidden", "rate_limited"]);
    setEnv({ ...env(), rateLimitAddress: 1 });
    const limited = [];
    for (let n = 0; n < 4; n++) limited.push(await ask("user.me", { ...mine.cookies, ...another }));
    setEnv({ ...env(), rateLimitAddress: 6_000 });
    expect(limited.map((each) => each.rows.map(({ result, fault }) => [result, fault]))).toEqual([
      [],
      [["denied", "rate_limited"]],
      [],
      [],
    ]);
  });

  it("has a limited number of events for failures of callers without an account", async () => {
    const email = "nobody@example.com";
    const body = { setupToken: "x", email, password, name: "x", organizationName: "x" };
    await verifyKeys();
    await db().instance.updateMany({ data: { initializedAt: new Date() } });
    const began = Date.now();
    for (let n = 0; n < 90; n++) {
      await post("rest", "setup.initialize", body, { "x-slipway-address": `203.0.113.${n}` });
    }
    const rows = await told({ action: "setup.initialize" });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThanOrEqual(61 + (Date.now() - began) / 1000);
  });

  it("has no event for callers without an account who are refused", async () => {
    const { status, rows } = await ask("gitProvider.getAll", {});
    expect([status, rows]).toEqual([401, []]);
  });
});

describe("the audit of a credential use", () => {
  async function provider(): Promise<string> {
    reachInMemory(async () => new Response("no", { status: 502 }));
    const form = { name: newId(), ...testForm("gitea") };
    const { gitProviderId } = await (await post("rest", "gitea.create", form, mine.cookies)).json();
    return gitProviderId;
  }
  const uses = async (targetId: string) =>
    (await told({ targetId })).filter(({ action }) => action === "credential.use");

  it("has one event a minute for the calls of a person", async () => {
    const gitProviderId = await provider();
    const { giteaId } = await db().gitea.findUniqueOrThrow({ where: { gitProviderId } });
    const asked = { giteaId, owner: "a", repo: "b" };
    for (let n = 0; n < 3; n++) await post("rest", "gitea.branches", asked, mine.cookies);
    const due = { userId: mine.userId, result: "ok", details: { by: "gitea.branches" } };
    expect(await uses(gitProviderId)).toMatchObject([due]);
  });

  it("has to be written before the credential is used: otherwise nothing is sent to the host", async () => {
    const gitProviderId = await provider();
    let sent = 0;
    reachInMemory(async () => {
      sent += 1;
      return new Response("no", { status: 502 });
    });
    const { giteaId } = await db().gitea.findUniqueOrThrow({ where: { gitProviderId } });
    await pool().query(`CREATE FUNCTION no_use() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.action = 'credential.use' THEN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END IF;
      RETURN NEW; END $$;
      CREATE TRIGGER no_use BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION no_use()`);
    const asked = { giteaId, owner: "a", repo: "b" };
    const refused = [];
    for (let n = 0; n < 2; n++)
      refused.push((await post("rest", "gitea.branches", asked, mine.cookies)).status);
    const unsent = sent;
    await pool().query("DROP TRIGGER no_use ON audit_event; DROP FUNCTION no_use()");
    await post("rest", "gitea.branches", asked, mine.cookies);
    expect(refused.every((status) => status >= 500)).toBe(true);
    expect([unsent, sent > 0]).toEqual([0, true]);
    expect(await uses(gitProviderId)).toHaveLength(1);
  });

  it("has an event for a deployment", async () => {
    const gitProviderId = await provider();
    await openForgeForOrganization(mine.organizationId, gitProviderId);
    const due = { actor: "deployment", address: "worker", organizationId: mine.organizationId };
    expect(await uses(gitProviderId)).toMatchObject([due]);
  });

  it("has no event for background work that nobody asked for", async () => {
    const gitProviderId = await provider();
    await openForge(mine.caller, gitProviderId);
    expect(await uses(gitProviderId)).toEqual([]);
  });
});

describe("the audit of a call with several transactions", () => {
  const api = createCallerFactory(
    router({
      twice: anyone().mutation(async () => {
        await transaction((tx) => tx.organization.create({ data: { name: "first" } }));
        annotate({ details: { step: "second" } });
        await db().organization.create({ data: { name: "second" } });
      }),
      half: anyone().mutation(async () => {
        await db().organization.create({ data: { name: "kept" } });
        throw new Error("and then the disk was full");
      }),
      nothing: anyone().mutation(() => "ok"),
    }),
  )({ ...createContext(new Headers()), origin: testOrigin });

  it("has an event in each, and one for what failed after them", async () => {
    await api.twice();
    const twice = await told({ action: "twice" });
    expect(twice.map(({ result, details }) => [result, details])).toEqual([
      ["ok", null],
      ["ok", { part: 2, step: "second" }],
    ]);
    await expect(api.half()).rejects.toThrow();
    const half = await told({ action: "half" });
    expect(half.map(({ result, fault }) => [result, fault])).toEqual([
      ["ok", null],
      ["failed", "internal"],
    ]);
  });

  it("has an event even when nothing was committed", async () => {
    await api.nothing();
    expect(await told({ action: "nothing" })).toMatchObject([{ result: "ok", actor: "anyone" }]);
  });
});
