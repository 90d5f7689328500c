import { createHash } from "node:crypto";
import { call, owner, post } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { testKey } from "@test/kit/member";
import { beforeAll, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { newId } from "@/lib/id";

testDatabase();

let mine: Awaited<ReturnType<typeof owner>>;
beforeAll(async () => {
  mine = await owner();
});

describe("a forged list cursor", () => {
  const places: unknown[] = [
    [-8.64e15, "x"],
    [8.64e15, "x"],
    ["0000-01-01T00:00:00Z", "x"],
    ["2026-11-21T00:00:00Z", "a\0b"],
    ["2026-11-21T00:00:00Z", { gt: "" }],
    ["2026-11-21T00:00:00Z"],
    [null, null],
    { __proto__: { polluted: 1 } },
    "9".repeat(40),
    Number.MAX_VALUE,
  ];
  const mark = (scope: string) => createHash("sha256").update(scope).digest("base64url").slice(0, 12);
  const scopes = (): [string, string][] => {
    const { organizationId } = mine;
    return [
      ["member.all", `${organizationId}/member.all`],
      ["apiKey.all", `${organizationId}/apiKey.all`],
      ["deployment.all", JSON.stringify([organizationId, "deployment.all", {}])],
      ["application.all", JSON.stringify([organizationId, "application.all", ""])],
      ["audit.all", JSON.stringify([organizationId, "audit", ...Array(6).fill(null), "organization"])],
    ];
  };

  it("is refused as bad input by every list, and never causes an internal error", async () => {
    const answers: [string, unknown, number, string][] = [];
    for (const [path, scope] of scopes())
      for (const place of places) {
        const cursor = Buffer.from(JSON.stringify([mark(scope), place])).toString("base64url");
        const answer = await post("rest", path, { cursor }, mine.key);
        answers.push([path, place, answer.status, (await answer.json()).error?.reason.code]);
      }
    expect(answers.filter(([, , status, code]) => status !== 400 || code !== "cursor_invalid")).toEqual([]);
  });

  it("is built by this test as the lists build theirs", async () => {
    for (const [path, scope] of scopes()) {
      const place = path === "audit.all" ? "1" : ["2026-11-21T00:00:00Z", "x"];
      const cursor = Buffer.from(JSON.stringify([mark(scope), place])).toString("base64url");
      expect([path, (await post("rest", path, { cursor }, mine.key)).status]).toEqual([path, 200]);
    }
  });
});

it("no extreme timestamp causes an internal error", async () => {
  const wrong: string[] = [];
  const times = ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z"];
  for (const at of times) {
    const tries: [string, object][] = [
      ["audit.all", { from: at }],
      ["audit.export", { to: at }],
      ["apiKey.create", { name: newId(), expiresAt: at }],
    ];
    for (const [path, body] of tries) {
      const { status } = await post("rest", path, body, mine.key);
      if (status >= 500) wrong.push(`${path} ${at} ${status}`);
    }
  }
  expect(wrong).toEqual([]);
});

describe("an API key", () => {
  it("is read from its header alone", async () => {
    const key = mine.key["x-api-key"];
    const tries = [
      call("rest", "user.me", { query: `?x-api-key=${key}&apiKey=${key}&key=${key}` }),
      call("rest", "user.me", { headers: { cookie: `x-api-key=${key}; apiKey=${key}` } }),
      call("rest", "user.me", { headers: { authorization: `Bearer ${key}` } }),
      post("rest", "user.me", { "x-api-key": key, apiKey: key }),
    ];
    for (const answer of await Promise.all(tries)) expect(answer.status).toBe(401);
  });

  it("that is doubled, cut, or ten thousand letters long is refused as unknown", async () => {
    const key = mine.key["x-api-key"] ?? "";
    const other = await testKey(mine);
    const wrong = [
      `${key}, ${key}`,
      `${key}, ${other}`,
      `${key}x`,
      key.slice(1),
      key.toUpperCase(),
      "a".repeat(10_000),
    ];
    for (const text of wrong) {
      expect((await call("rest", "user.me", { headers: { "x-api-key": text } })).status).toBe(401);
    }
  });

  it("of a megabyte is refused by the HTTP server before anything else is done", async () => {
    const answer = await call("rest", "user.me", { headers: { "x-api-key": "a".repeat(1e6) } });
    expect(answer.status).toBe(431);
  });
});

it("of many calls that create the same name at once one succeeds, and the others are told that it is taken", async () => {
  const races: [string, (name: string) => object][] = [
    ["role.create", (name) => ({ name, permissions: ["member:read"] })],
    ["git.create", (name) => ({ name })],
    ["member.invite", (name) => ({ email: `${name}@example.com`, role: "viewer" })],
  ];
  for (const [path, body] of races) {
    const name = newId();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => post("rest", path, body(name), mine.key)),
    );
    const statuses = answers.map(({ status }) => status);
    expect([path, statuses.filter((status) => status >= 500)]).toEqual([path, []]);
    const { organizationId } = mine;
    const made =
      path === "role.create"
        ? await db().role.count({ where: { organizationId, name } })
        : path === "git.create"
          ? await db().gitProvider.count({ where: { organizationId, name } })
          : await db().invitation.count({ where: { organizationId, email: `${name}@example.com` } });
    expect([path, made]).toEqual([path, 1]);
  }
});
