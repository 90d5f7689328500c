import { send } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testKey, testMember, testOrganization } from "@test/kit/member";
import { beforeAll, describe, expect, it } from "vitest";
import { type Permission, permissions, type Role, rolePermissions, roles } from "@/access/policy";
import { procedures } from "@/server/procedure-facts";

testDatabase();

const all = [...procedures.values()].filter(({ type }) => type !== "subscription");
const guarded = all.filter(({ meta }) => (permissions as readonly string[]).includes(meta.access));
const methods = { query: "GET", mutation: "POST", subscription: "GET" } as const;

/** The status and fault of a call whose input is junk: access is decided before the input is looked at. */
async function knock(path: string, headers: Record<string, string>): Promise<string> {
  const method = methods[procedures.get(path)?.type ?? "query"];
  const body = method === "POST" ? '{"junk":[{"deep":true}]}' : undefined;
  const init = { method, headers: { "content-type": "application/json", ...headers }, body };
  const answer = await send(`/api/${path}`, init);
  const { error } = await answer.json();
  return error?.fault ?? "ok";
}

let people: Record<Role, TestMember>;
beforeAll(async () => {
  const organizationId = await testOrganization();
  const pairs = roles.map(async (role) => [role, await testMember(organizationId, role)] as const);
  people = Object.fromEntries(await Promise.all(pairs)) as Record<Role, TestMember>;
});

describe("every procedure with a permission", () => {
  it("admits each role that has it and no other", async () => {
    const wrong: string[] = [];
    for (const { path, meta } of guarded.filter(({ type }) => type === "query")) {
      for (const role of roles) {
        const may = rolePermissions[role].includes(meta.access as Permission);
        const fault = await knock(path, people[role].cookies);
        if ((fault === "forbidden") === may) wrong.push(`${path} ${role} ${fault}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("refuses a key that holds every other permission", async () => {
    const wrong: string[] = [];
    for (const permission of permissions) {
      const others = permissions.filter((each) => each !== permission);
      const key = { "x-api-key": await testKey(people.owner, others) };
      for (const { path } of guarded.filter(({ meta }) => meta.access === permission)) {
        const fault = await knock(path, key);
        if (fault !== "forbidden") wrong.push(`${path} ${fault}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("admits a key that holds just that permission, as far as its input", async () => {
    const wrong: string[] = [];
    for (const permission of permissions) {
      const key = { "x-api-key": await testKey(people.owner, [permission]) };
      const mine = guarded.filter(
        ({ meta, input, type }) => meta.access === permission && (input || type === "query"),
      );
      for (const { path } of mine) {
        const fault = await knock(path, key);
        if (fault === "forbidden" || fault === "unauthenticated" || fault === "internal")
          wrong.push(`${path} ${fault}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("every procedure", () => {
  it("refuses calls without a session or key, except the public ones", async () => {
    const closed = all.filter(({ meta }) => meta.access !== "anyone");
    const faults = await Promise.all(closed.map(async ({ path }) => [path, await knock(path, {})]));
    expect(faults.filter(([, fault]) => fault !== "unauthenticated")).toEqual([]);
  });

  it("refuses a key with all permissions when it is for sessions only", async () => {
    const key = { "x-api-key": await testKey(people.owner) };
    const only = all.filter(({ meta }) => meta.access === "sessionOnly");
    const faults = await Promise.all(only.map(async ({ path }) => [path, await knock(path, key)]));
    expect(faults.filter(([, fault]) => fault !== "forbidden")).toEqual([]);
    expect(only.length).toBeGreaterThan(5);
  });

  it("refuses a session without an Origin header when it changes something", async () => {
    const { cookie } = people.owner.cookies;
    const changing = all.filter(({ type }) => type === "mutation");
    const faults = await Promise.all(changing.map(async ({ path }) => [path, await knock(path, { cookie })]));
    expect(faults.filter(([, fault]) => fault !== "forbidden")).toEqual([]);
  });

  it("refuses ids that are not text", async () => {
    const key = { "x-api-key": await testKey(people.owner), "content-type": "application/json" };
    const wrong: string[] = [];
    for (const { path, input } of all.filter(({ meta }) => meta.access !== "sessionOnly")) {
      if (!input) continue;
      for (const value of [{ not: "" }, ["x"], 7, "x".repeat(10_000)]) {
        const ids = [
          "memberId",
          "apiKeyId",
          "gitProviderId",
          "giteaId",
          "applicationId",
          "environmentId",
          "deploymentId",
          "deployHookId",
          "invitationId",
          "notificationRecipientId",
        ];
        const body = JSON.stringify(Object.fromEntries(ids.map((id) => [id, value])));
        const answer = await send(`/api/${path}`, { method: "POST", headers: key, body });
        if (answer.status >= 500) wrong.push(`${path} ${answer.status}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
