import { call, faultIn, json, owner, post, type Transport } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { testKey, testMember, testOrganization } from "@test/kit/member";
import { describe, expect, it } from "vitest";
import { db } from "@/db/client";

testDatabase();

const transports: Transport[] = ["trpc", "rest"];

describe.each(transports)("the %s API", (transport) => {
  const value = async (answer: Response) => {
    const body = await answer.json();
    return transport === "trpc" ? body.result.data : body;
  };

  it("answers a query by GET and by POST alike", async () => {
    const { key, organizationId } = await owner();
    const byGet = await value(await call(transport, "organization.list", { headers: key }));
    const byPost = await value(await post(transport, "organization.list", {}, key));
    expect(byGet).toEqual(byPost);
    expect(byGet.items[0]).toMatchObject({ organizationId, name: "Acme", role: "owner", active: true });
  });

  it("accepts a query without input when all its fields are optional", async () => {
    const { key, memberId } = await owner();
    const list = await value(await call(transport, "member.all", { headers: key }));
    expect(list.items.map((each: { memberId: string }) => each.memberId)).toEqual([memberId]);
  });

  it("runs a mutation by POST and never by GET", async () => {
    const { key, organizationId } = await owner();
    const done = await post(transport, "organization.update", { name: "New name" }, key);
    expect([done.status, (await value(done)).name]).toEqual([200, "New name"]);
    const refused = await call(transport, "organization.update", {
      headers: key,
      query: "?input=%7B%22name%22:%22x%22%7D",
    });
    expect([refused.status, await faultIn(refused)]).toEqual([405, "method_not_allowed"]);
    expect((await db().organization.findUniqueOrThrow({ where: { organizationId } })).name).toBe("New name");
  });

  it("drops unknown fields and never takes the caller from the body", async () => {
    const [mine, theirs] = [await owner(), await owner()];
    const body = {
      name: "Mine",
      organizationId: theirs.organizationId,
      userId: theirs.userId,
      authId: "x",
      role: "owner",
    };
    expect((await post(transport, "organization.update", body, mine.key)).status).toBe(200);
    const untouched = await db().organization.findUniqueOrThrow({
      where: { organizationId: theirs.organizationId },
    });
    expect(untouched.name).toBe("Acme");
  });

  it("names the invalid fields of an input", async () => {
    const { key } = await owner();
    const answer = await post(transport, "organization.update", { name: { not: "" } }, key);
    expect(answer.status).toBe(400);
    const { error } = await answer.clone().json();
    const detail = transport === "trpc" ? error.data : error;
    expect(detail.issues).toEqual([expect.objectContaining({ path: "name" })]);
    expect(await faultIn(answer)).toBe("invalid_input");
  });

  it("answers an unknown procedure with 404", async () => {
    for (const name of ["nothing.here", "setup", "__proto__", "constructor", "toString.call"]) {
      const answer = await call(transport, name);
      expect([name, answer.status, await faultIn(answer)]).toEqual([name, 404, "not_found"]);
    }
  });

  it("answers a caller without credentials, or with bad ones, with 401", async () => {
    for (const headers of [
      {},
      { "x-api-key": "" } as Record<string, string>,
      { "x-api-key": "slw_x" },
      { cookie: "session=1" },
    ]) {
      const answer = await call(transport, "user.me", { headers });
      expect([answer.status, await faultIn(answer)]).toEqual([401, "unauthenticated"]);
    }
  });

  it("answers a caller without the permission with 403", async () => {
    const member = await testMember(await testOrganization(), "viewer");
    const answer = await post(
      transport,
      "organization.update",
      { name: "x" },
      { "x-api-key": await testKey(member) },
    );
    expect([answer.status, await faultIn(answer)]).toEqual([403, "forbidden"]);
  });

  it("gives every answer a request id and forbids caching it", async () => {
    for (const answer of [await call(transport, "setup.status"), await call(transport, "nope.nope")]) {
      expect(answer.headers.get("x-request-id")).toMatch(/^[a-z0-9]{24}$/);
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
    const named = await call(transport, "setup.status", { headers: { "x-request-id": "my-own-id-1" } });
    expect(named.headers.get("x-request-id")).toBe("my-own-id-1");
  });

  it.each([
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "",
  ])("refuses a body of type %j, also for a mutation without input", async (type) => {
    const { cookies, key } = await owner();
    for (const who of [cookies, key]) {
      const headers: Record<string, string> = { ...who, ...(type && { "content-type": type }) };
      const body = new Blob(["{}"]).stream();
      const answer = await call(transport, "member.leave", { method: "POST", headers, body });
      expect([answer.status, await faultIn(answer)]).toEqual([415, "unsupported_media"]);
    }
  });

  it.each([
    undefined,
    "null",
    "https://evil.example",
    "http://localhost.evil.example:3000",
    "http://app.localhost:3000",
  ])("refuses a mutation with a cookie from origin %s", async (origin) => {
    const { cookies, organizationId } = await owner();
    const headers: Record<string, string> = { cookie: cookies.cookie, ...(origin && { origin }) };
    const answer = await post(transport, "organization.update", { name: "Hacked" }, headers);
    expect([answer.status, await faultIn(answer)]).toEqual([403, "forbidden"]);
    expect((await db().organization.findUniqueOrThrow({ where: { organizationId } })).name).toBe("Acme");
  });

  it("refuses a mutation that the browser marks as cross-site, and accepts one of the same origin", async () => {
    const { cookies } = await owner();
    const cross = await post(
      transport,
      "organization.update",
      { name: "x" },
      { ...cookies, "sec-fetch-site": "same-site" },
    );
    expect(cross.status).toBe(403);
    const own = await post(
      transport,
      "organization.update",
      { name: "x" },
      { ...cookies, "sec-fetch-site": "same-origin" },
    );
    expect(own.status).toBe(200);
  });

  it("accepts a mutation with an API key from any origin", async () => {
    const { key } = await owner();
    expect(
      (await post(transport, "organization.update", { name: "x" }, { ...key, origin: "https://ci.example" }))
        .status,
    ).toBe(200);
  });

  it("stops reading a body at 1 MiB, whatever its length header says", async () => {
    const { key } = await owner();
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
        if (sent > 16_000_000) controller.close();
      },
    });
    const answer = await call(transport, "organization.update", {
      method: "POST",
      headers: { ...json, ...key },
      body,
    });
    expect([answer.status, await faultIn(answer)]).toEqual([413, "too_large"]);
    expect(sent).toBeLessThan(8_000_000); // a connection takes some of it before it is read
  });

  it.each(["{", "[1", '"', '{"name":"a\\u0000b"}', "nul", "\u0000"])(
    "answers the broken body %j with 400",
    async (body) => {
      const { key } = await owner();
      const answer = await call(transport, "organization.update", {
        method: "POST",
        headers: { ...json, ...key },
        body,
      });
      const text = await answer.clone().text();
      expect([answer.status, await faultIn(answer)]).toEqual([400, "invalid_input"]);
      expect(text).toMatch(/"code":"(broken_json|nul_character)"/);
    },
  );

  it.each(["{", "[1", '"', "nul", '{"limit":1}x'])(
    "answers a query with the broken JSON %j with 400",
    async (text) => {
      const { key } = await owner();
      const query = `?input=${encodeURIComponent(text)}`;
      const answer = await call(transport, "member.all", { headers: key, query });
      expect([answer.status, await faultIn(answer)]).toEqual([400, "invalid_input"]);
    },
  );

  it("answers deep nesting and prototype keys without failing", async () => {
    const { key } = await owner();
    const deep = `{"name":"ok","x":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    const proto = '{"name":"ok","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    for (const body of [deep, proto]) {
      const answer = await call(transport, "organization.update", {
        method: "POST",
        headers: { ...json, ...key },
        body,
      });
      expect(answer.status).toBe(200);
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("sends a rate-limited caller a Retry-After", async () => {
    const headers = { "x-slipway-address": `limited-${transport}` };
    const token = { token: "wrong" };
    const answers = [];
    for (let i = 0; i < 31; i++) answers.push(await post(transport, "member.previewInvite", token, headers));
    expect(new Set(answers.slice(0, 30).map((answer) => answer.status))).toEqual(new Set([404]));
    const last = answers.at(-1);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});
