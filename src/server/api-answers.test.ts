import { call, faultIn, json, owner } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { testMember } from "@test/kit/member";
import { describe, expect, it } from "vitest";
import { db } from "@/db/client";

testDatabase();

describe("the tRPC handler", () => {
  it("takes a batch of ten calls and refuses eleven", async () => {
    const { key } = await owner();
    const batch = (count: number) =>
      call("trpc", Array(count).fill("organization.list").join(","), { headers: key, query: "?batch=1" });
    const good = await batch(10);
    expect([good.status, (await good.json()).length]).toEqual([200, 10]);
    const bad = await batch(11);
    expect([bad.status, await faultIn(bad)]).toEqual([400, "invalid_input"]);
  });

  it("checks the origin of a batch that changes something", async () => {
    const { cookies } = await owner();
    const body = JSON.stringify({ 0: { name: "a" }, 1: { name: "b" } });
    const answer = await call("trpc", "organization.update,organization.update", {
      method: "POST",
      query: "?batch=1",
      headers: { ...json, cookie: cookies.cookie },
      body,
    });
    expect(answer.status).toBe(403);
  });

  it("checks the origin of a batch in which a query stands before what changes something", async () => {
    const { cookies, organizationId } = await owner();
    const headers = { ...json, cookie: cookies.cookie };
    for (const names of ["organization.list,organization.update", "organization.update,organization.list"]) {
      const body = JSON.stringify({ 0: { name: "Hacked" }, 1: { name: "Hacked" } });
      const answer = await call("trpc", names, { method: "POST", query: "?batch=1", headers, body });
      expect([names, answer.status, await faultIn(answer)]).toEqual([names, 403, "forbidden"]);
    }
    expect((await db().organization.findUniqueOrThrow({ where: { organizationId } })).name).toBe("Acme");
  });

  it("answers a batch with different outcomes with 207 and a fault for each failed call", async () => {
    const { key } = await owner();
    const answer = await call("trpc", "organization.list,user.sessions,nope.nope", {
      headers: key,
      query: "?batch=1",
    });
    expect(answer.status).toBe(207);
    const faults = (await answer.json()).map(
      (each: { error?: { data: { fault: string } } }) => each.error?.data.fault,
    );
    expect(faults).toEqual([undefined, "forbidden", "not_found"]);
  });

  it("gives an error the JSON-RPC number of its code", async () => {
    const { error } = await (await call("trpc", "user.me")).json();
    expect(error).toMatchObject({
      code: -32001,
      data: { code: "UNAUTHORIZED", httpStatus: 401, path: "user.me" },
    });
  });

  it("refuses an incomplete body, also where no input is expected", async () => {
    const { key } = await owner();
    for (const [name, query] of [
      ["user.me", ""],
      ["organization.list", ""],
      ["organization.list,user.me", "?batch=1"],
    ] as const)
      for (const body of ["{", '{"0":{}', "{}x", "\ufffe{}"]) {
        const answer = await call("trpc", name, {
          method: "POST",
          headers: { ...json, ...key },
          query,
          body,
        });
        expect([name, body, answer.status, await faultIn(answer)]).toEqual([
          name,
          body,
          400,
          "invalid_input",
        ]);
      }
  });
});

describe("a request with a wrong HTTP method", () => {
  it.each(["trpc", "rest"] as const)("gets 405 with the allowed methods over %s", async (transport) => {
    const { key } = await owner();
    const refused = async (name: string, method: string) => {
      const answer = await call(transport, name, { method, headers: key });
      return [answer.status, answer.headers.get("allow")];
    };
    expect(await refused("organization.update", "GET")).toEqual([405, "POST"]);
    expect(await refused("organization.update", "DELETE")).toEqual([405, "POST"]);
    expect(await refused("organization.list", "PUT")).toEqual([405, "GET, HEAD, POST"]);
  });
});

describe("the REST handler", () => {
  it("says in plain words what is missing, and what else was expected", async () => {
    const { key } = await owner();
    const missing = await (
      await call("rest", "member.invite", { method: "POST", headers: { ...json, ...key }, body: "{}" })
    ).json();
    expect(missing.error.message).toBe(
      "Some of the input cannot be used: email: This is missing; role: This is none of what can be given here. Correct it and send it again.",
    );
    const wrong = await (
      await call("rest", "gitProvider.setStatus", {
        method: "POST",
        headers: { ...json, ...key },
        body: '{"gitProviderId":5,"status":"gone"}',
      })
    ).json();
    expect(wrong.error.issues).toEqual([
      { path: "gitProviderId", message: "This must be text." },
      { path: "status", message: 'Give one of "active", "inactive".' },
    ]);
  });

  it("converts query parameters to the types of the schema", async () => {
    const { key, ...member } = await owner();
    await testMember(member.organizationId, "viewer");
    const first = await (await call("rest", "member.all", { headers: key, query: "?limit=1" })).json();
    expect(first.items).toHaveLength(1);
    const query = `?limit=1&cursor=${first.nextCursor}`;
    const second = await (await call("rest", "member.all", { headers: key, query })).json();
    expect([second.items.length, second.nextCursor]).toEqual([1, null]);
    const bad = await call("rest", "member.all", { headers: key, query: "?limit=many" });
    expect(bad.status).toBe(400);
  });

  it("answers errors as one flat object", async () => {
    const answer = await call("rest", "nope");
    expect(await answer.json()).toEqual({
      error: {
        code: "NOT_FOUND",
        message: expect.stringContaining("no such procedure"),
        fault: "not_found",
        reason: { code: "not_found", params: { what: "procedure" } },
        requestId: answer.headers.get("x-request-id"),
      },
    });
  });
});
