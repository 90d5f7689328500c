import { json, send } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { testKey, testMember, testOrganization } from "@test/kit/member";
import { describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { env, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";

testDatabase();

async function owner() {
  const member = await testMember(await testOrganization(), "owner");
  return { ...member, headers: { "x-api-key": await testKey(member), "content-type": "application/json" } };
}

interface Call {
  name: string;
  body: unknown;
  headers: Record<string, string>;
}

function rest({ name, body, headers }: Call): Promise<Response> {
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  return send(`/api/${name}`, init);
}

function trpc({ name, body, headers }: Call): Promise<Response> {
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  return send(`/api/trpc/${name}`, init);
}

describe("an Idempotency-Key", () => {
  it("returns the first answer again, over REST and tRPC, and does nothing twice", async () => {
    const { headers, organizationId } = await owner();
    const call = {
      name: "organization.update",
      body: { name: "First" },
      headers: { ...headers, "idempotency-key": newId() },
    };
    const first = await (await rest(call)).json();
    await db().organization.update({ where: { organizationId }, data: { name: "Changed since" } });
    expect(await (await rest(call)).json()).toEqual(first);
    expect(await (await trpc(call)).json()).toEqual({ result: { data: first } });
    expect((await db().organization.findUniqueOrThrow({ where: { organizationId } })).name).toBe(
      "Changed since",
    );
  });

  it("is needed for that: without one, the same call is done each time", async () => {
    const { headers, organizationId } = await owner();
    const call = { name: "organization.update", body: { name: "First" }, headers };
    await rest(call);
    await db().organization.update({ where: { organizationId }, data: { name: "Changed since" } });
    await rest(call);
    expect((await db().organization.findUniqueOrThrow({ where: { organizationId } })).name).toBe("First");
  });

  it("is another key for another API key of one person, and for another person", async () => {
    const member = await testMember(await testOrganization(), "owner");
    const other = await testMember(member.organizationId, "owner");
    const keys = [await testKey(member), await testKey(member)].map((key) => ({ "x-api-key": key }));
    const given = { ...json, "idempotency-key": newId() };
    const names: string[] = [];
    for (const who of [...keys, member.cookies, other.cookies]) {
      const headers = { ...given, ...who };
      const answer = await rest({ name: "apiKey.create", body: { name: "ci" }, headers });
      names.push(`${answer.status}`);
    }
    expect(names).toEqual(["200", "200", "200", "200"]);
  });

  it("of a call that still runs is a conflict, told as such", async () => {
    const { headers } = await owner();
    const given = { ...headers, "idempotency-key": newId() };
    const call = { name: "organization.update", body: { name: "One" }, headers: given };
    await rest(call);
    await db().idempotencyKey.updateMany({ data: { state: "running" } });
    const again = await rest(call);
    expect([again.status, (await again.json()).error.reason.code]).toEqual([409, "idempotency_running"]);
  });

  it("does not take repeats out of the limit of calls", async () => {
    const { headers } = await owner();
    const given = { ...headers, "idempotency-key": newId() };
    const call = { name: "organization.update", body: { name: "One" }, headers: given };
    const before = env();
    setEnv({ ...before, rateLimitCaller: 4 });
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) statuses.push((await rest(call)).status);
    setEnv(before);
    expect([statuses[0], statuses.at(-1)]).toEqual([200, 429]);
  });

  it("is a conflict with another body, and another key for another caller or procedure", async () => {
    const [mine, theirs] = [await owner(), await owner()];
    const key = { "idempotency-key": newId() };
    const call = { name: "organization.update", body: { name: "One" }, headers: { ...mine.headers, ...key } };
    expect((await rest(call)).status).toBe(200);
    expect((await rest({ ...call, body: { name: "Two" } })).status).toBe(409);
    expect(
      (await rest({ ...call, body: { name: "Two" }, headers: { ...theirs.headers, ...key } })).status,
    ).toBe(200);
  });

  it("is another key in another organization of the same person", async () => {
    const member = await testMember(await testOrganization("First"), "owner");
    const second = await testOrganization("Second");
    await db().member.create({ data: { organizationId: second, userId: member.userId, role: "owner" } });
    const headers = { ...json, ...member.cookies, "idempotency-key": newId() };
    const call = { name: "organization.update", body: { name: "Renamed" }, headers };
    const first = await (await rest(call)).json();
    const { sessionId } = member;
    await db().session.update({ where: { sessionId }, data: { activeOrganizationId: second } });
    const then = await (await rest(call)).json();
    expect([first.organizationId, then.organizationId]).toEqual([member.organizationId, second]);
    expect((await db().organization.findUniqueOrThrow({ where: { organizationId: second } })).name).toBe(
      "Renamed",
    );
  });

  it("stores no answer with a secret: the repeat is a conflict and creates no second API key", async () => {
    const { headers, organizationId } = await owner();
    const call = {
      name: "apiKey.create",
      body: { name: "ci" },
      headers: { ...headers, "idempotency-key": newId() },
    };
    const first = await (await rest(call)).json();
    const again = await rest(call);
    expect([again.status, (await again.json()).error.reason.code]).toEqual([409, "idempotency_secret"]);
    expect(await db().apiKey.count({ where: { organizationId, name: "ci" } })).toBe(1);
    expect(JSON.stringify(await db().idempotencyKey.findMany())).not.toContain(first.key);
  });

  it("stores no failure, so that the call can be retried", async () => {
    const { headers } = await owner();
    const call = {
      name: "organization.remove",
      body: { name: "Wrong" },
      headers: { ...headers, "idempotency-key": newId() },
    };
    expect((await rest(call)).status).toBe(400);
    expect((await rest({ ...call, body: { name: "Acme" } })).status).toBe(200);
  });

  it("lets one of many parallel calls through", async () => {
    const { headers, organizationId } = await owner();
    const call = {
      name: "apiKey.create",
      body: { name: "race" },
      headers: { ...headers, "idempotency-key": newId() },
    };
    const answers = await Promise.all(Array.from({ length: 10 }, () => rest(call)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array(9).fill(409)]);
    expect(await db().apiKey.count({ where: { organizationId, name: "race" } })).toBe(1);
  });

  it("returns no stored answer to a caller who has lost the permission", async () => {
    const { headers, memberId, organizationId } = await owner();
    await testMember(organizationId, "owner");
    const call = {
      name: "organization.update",
      body: { name: "One" },
      headers: { ...headers, "idempotency-key": newId() },
    };
    expect((await rest(call)).status).toBe(200);
    await db().member.update({ where: { memberId }, data: { role: "viewer" } });
    expect([(await rest(call)).status, (await trpc(call)).status]).toEqual([403, 403]);
  });

  it("can be used again after 24 hours", async () => {
    const { headers } = await owner();
    const call = {
      name: "organization.update",
      body: { name: "One" },
      headers: { ...headers, "idempotency-key": newId() },
    };
    await rest(call);
    await db().idempotencyKey.updateMany({ data: { createdAt: new Date(Date.now() - 25 * 3_600_000) } });
    expect((await rest({ ...call, body: { name: "Two" } })).status).toBe(200);
  });

  it("works for the single call of a batch of one, as typed clients send it", async () => {
    const { headers, organizationId } = await owner();
    const name = "organization.update?batch=1";
    const typed = { ...headers, "idempotency-key": newId(), "trpc-accept": "application/jsonl" };
    const first = await trpc({ name, body: { 0: { name: "Batched" } }, headers: typed });
    expect(first.status).toBe(200);
    await db().organization.update({ where: { organizationId }, data: { name: "Since then" } });
    const again = await trpc({ name, body: { 0: { name: "Batched" } }, headers: typed });
    expect(await again.json()).toEqual([{ result: { data: expect.objectContaining({ name: "Batched" }) } }]);
    expect((await db().organization.findUniqueOrThrow({ where: { organizationId } })).name).toBe(
      "Since then",
    );
  });

  it("is refused for a batch of several calls", async () => {
    const { headers } = await owner();
    const init = { method: "POST", headers: { ...headers, "idempotency-key": newId() }, body: "{}" };
    const url = "/api/trpc/organization.update,organization.update?batch=1";
    expect((await send(url, init)).status).toBe(400);
  });

  it("in a wrong format is refused, and a call without a caller is refused as such", async () => {
    const { headers } = await owner();
    for (const key of ["", "with blank", "x".repeat(256), "\u00e9"]) {
      const call = {
        name: "organization.update",
        body: { name: "One" },
        headers: { ...headers, "idempotency-key": key },
      };
      expect([key, (await rest(call)).status]).toEqual([key, 400]);
    }
    const nobody = { "content-type": "application/json", "idempotency-key": newId() };
    expect((await rest({ name: "organization.update", body: { name: "One" }, headers: nobody })).status).toBe(
      401,
    );
  });
});
