import { call, faultIn, owner, post, type Transport } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { testKey, testMember, testOrganization } from "@test/kit/member";
import { testDeployment } from "@test/kit/organizations";
import { beforeAll, describe, expect, it } from "vitest";
import { permissions } from "@/access/policy";
import { db } from "@/db/client";
import { newId } from "@/lib/id";
import { organizationHeader } from "@/lib/organization-header";
import { procedures } from "@/server/procedure-facts";

testDatabase();

/** Somebody with two organizations: one tab shows the first, and the session acts in the second. */
let person: { shown: string; active: string; cookies: Record<string, string>; memberId: string };
beforeAll(async () => {
  const first = await testMember(await testOrganization("Acme"), "owner");
  const active = await testOrganization("Second");
  const { memberId } = await db().member.create({
    data: { organizationId: active, userId: first.userId, role: "owner" },
  });
  const { sessionId, organizationId: shown, cookies } = first;
  await db().session.update({ where: { sessionId }, data: { activeOrganizationId: active } });
  person = { shown, active, cookies, memberId };
});

const ofPage = (organizationId: string) => ({ ...person.cookies, [organizationHeader]: organizationId });
const transports: Transport[] = ["trpc", "rest"];
const inOrganization = [...procedures.values()].filter(({ meta }) =>
  permissions.some((permission) => permission === meta.access),
);
const nameOf = async (organizationId: string) =>
  (await db().organization.findUniqueOrThrow({ where: { organizationId } })).name;

describe("a call from a page of an organization that is not the active one of the session", () => {
  it.each(transports)("is refused by every procedure of the organization over %s", async (transport) => {
    const wrong: string[] = [];
    for (const { path, type } of inOrganization) {
      const answer =
        type === "subscription"
          ? await call(transport, path, { headers: ofPage(person.shown) })
          : await post(transport, path, {}, ofPage(person.shown));
      const seen = `${answer.status} ${await faultIn(answer)}`;
      if (seen !== "409 conflict") wrong.push(`${path}: ${seen}`);
    }
    expect(wrong).toEqual([]);
    expect(inOrganization.length).toBeGreaterThan(60);
  });

  it.each(transports)("changes nothing over %s, and says why", async (transport) => {
    const answer = await post(
      transport,
      "organization.update",
      { name: "Typed in Acme" },
      ofPage(person.shown),
    );
    const { error } = await answer.json();
    expect((error.data ?? error).reason.code).toBe("organization_switched");
    expect([await nameOf(person.shown), await nameOf(person.active)]).toEqual(["Acme", "Second"]);
  });

  it("changes nothing in a batch, and answers nothing of the other organization", async () => {
    const body = JSON.stringify({ 0: { name: "A" }, 1: { name: "B" } });
    const headers = { ...ofPage(person.shown), "content-type": "application/json" };
    const changing = "organization.update,organization.update";
    const answer = await call("trpc", changing, { method: "POST", query: "?batch=1", headers, body });
    expect(answer.status).toBe(409);
    const reading = await call("trpc", "member.all,gitProvider.getAll", { query: "?batch=1", headers });
    expect(reading.status).toBe(409);
    expect(await nameOf(person.active)).toBe("Second");
  });

  it("is refused also where the organization is in the query, as event streams send it", async () => {
    const { gitProviderId } = await db().gitProvider.create({
      data: {
        organizationId: person.active,
        name: newId(),
        providerType: "git",
        authMethod: "public",
        health: {},
      },
    });
    const { memberId, cookies } = person;
    const there = { organizationId: person.active, memberId } as Parameters<typeof testDeployment>[0];
    const { deploymentId } = await testDeployment(there, gitProviderId);
    const query = (organizationId: string) =>
      `?deploymentId=${deploymentId}&${organizationHeader}=${organizationId}`;
    const refused = await call("rest", "deployment.watch", {
      headers: cookies,
      query: query(person.shown),
    });
    expect([refused.status, await faultIn(refused)]).toEqual([409, "conflict"]);
    const taken = await call("rest", "deployment.watch", { headers: cookies, query: query(person.active) });
    expect(taken.status).toBe(200);
    await taken.body?.cancel();
  });

  it("gets no stored answer of an earlier Idempotency-Key", async () => {
    const again = { ...person.cookies, "idempotency-key": newId() };
    const body = { name: "Second" };
    expect((await post("rest", "organization.update", body, again)).status).toBe(200);
    const elsewhere = { ...again, [organizationHeader]: person.shown };
    expect((await post("rest", "organization.update", body, elsewhere)).status).toBe(409);
  });

  it("is refused for an API key of another organization too", async () => {
    const { key } = await owner();
    const answer = await call("rest", "member.all", {
      headers: { ...key, [organizationHeader]: person.shown },
    });
    expect([answer.status, await faultIn(answer)]).toEqual([409, "conflict"]);
  });
});

describe("a call that names the active organization", () => {
  it.each(transports)("is answered over %s, like one that names none", async (transport) => {
    expect((await call(transport, "member.all", { headers: ofPage(person.active) })).status).toBe(200);
    expect((await call(transport, "member.all", { headers: person.cookies })).status).toBe(200);
    const member = await testMember(await testOrganization(), "owner");
    const headers = {
      "x-api-key": await testKey(member),
      [organizationHeader]: member.organizationId,
    };
    expect((await call(transport, "member.all", { headers })).status).toBe(200);
  });

  it("may always switch back to the organization of the page", async () => {
    const answer = await post(
      "rest",
      "organization.setActive",
      { organizationId: person.shown },
      ofPage(person.shown),
    );
    expect(answer.status).toBe(200);
    expect((await call("rest", "member.all", { headers: ofPage(person.shown) })).status).toBe(200);
  });
});
