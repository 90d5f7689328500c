import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { Fault, type FaultCode } from "@/lib/fault";
import { log } from "@/lib/log";
import { jsonApi } from "@/providers/kit/json-api";

const NOW = new Date("2026-05-03T10:00:00Z");
const TOKEN = "tok_very_secret";

function api(answer: (request: Request) => Response | Promise<Response>, seen: Request[] = []) {
  return jsonApi({
    root: new URL("https://git.example.com/sub/api/v1/"),
    errorMapping: { host: "Gitty", missingScopes: ({ body }) => z.array(z.string()).catch([]).parse(body) },
    authorization: { authorization: `token ${TOKEN}` },
    now: () => NOW,
    http: {
      async send(request) {
        seen.push(request);
        return answer(request);
      },
    },
  });
}

async function faultOf(response: Response | (() => never), schema: z.ZodType = z.unknown()): Promise<Fault> {
  const error = await api(() => (typeof response === "function" ? response() : response))
    .get("x", schema)
    .catch((cause: unknown) => cause);
  if (!(error instanceof Fault)) throw new Error("no fault was thrown");
  return error;
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers });
}

describe("a call to a JSON API", () => {
  it("reads ids that are longer than a number holds as text, and nothing within a text", async () => {
    const text =
      '[{"id":193749182734619283,"repo_id":7,"note":"\\"id\\":193749182734619283,","size":123456789012345678}]';
    const { body } = await api(() => new Response(text)).get("x", z.unknown(), { exactIds: true });
    expect(body).toEqual([
      {
        id: "193749182734619283",
        repo_id: 7,
        note: '"id":193749182734619283,',
        size: Number("123456789012345678"),
      },
    ]);
  });

  it("keeps the sub-path, adds the query and sends the credential", async () => {
    const seen: Request[] = [];
    await api(() => json({}), seen).get("repos/a%2Fb", z.unknown(), {
      query: { q: "x y", page: 2, none: undefined },
    });
    expect(seen[0]?.url).toBe("https://git.example.com/sub/api/v1/repos/a%2Fb?q=x+y&page=2");
    expect(seen[0]?.headers.get("authorization")).toBe(`token ${TOKEN}`);
  });

  it("logs that the host announces its end, and nothing where it does not", async () => {
    const warn = vi.spyOn(log, "warn").mockReturnValue();
    await api(() => json({})).get("version", z.unknown());
    expect(warn).not.toHaveBeenCalled();
    for (const name of ["deprecation", "sunset"])
      await api(() => json({}, 200, { [name]: "Thu, 31 Dec 2026 23:59:59 GMT" })).get("user", z.unknown());
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });

  it("sends no credential with an anonymous call", async () => {
    const seen: Request[] = [];
    await api(() => json({}), seen).get("version", z.unknown(), { anonymous: true });
    expect(seen[0]?.headers.get("authorization")).toBeNull();
  });

  it.each<[number, FaultCode, string]>([
    [401, "credential_rejected", "token_rejected"],
    [403, "permission_missing", "permission_refused"],
    [404, "not_found", "host_not_found"],
    [410, "unsupported", "host_call_gone"],
    [418, "bad_response", "host_refuses"],
    [429, "rate_limited", "host_rate_limit"],
    [451, "permission_missing", "host_legal_block"],
    [302, "bad_response", "host_redirects"],
    [500, "unavailable", "host_error"],
    [503, "unavailable", "host_error"],
  ])("turns %i into %s", async (status, code, reason) => {
    const fault = await faultOf(json({ message: TOKEN }, status));
    expect(fault.code).toBe(code);
    expect(fault.reason.code).toBe(reason);
    expect(JSON.stringify([fault.message, fault.reason, fault.details])).not.toContain(TOKEN);
  });

  it("that is refused names the scopes that the host names", async () => {
    const fault = await faultOf(json(["read:user"], 403));
    expect(fault).toMatchObject({ code: "permission_missing", reason: { code: "scopes_missing" } });
    expect(fault.message).toContain("read:user");
  });

  it("that is limited says when to try again", async () => {
    expect((await faultOf(json({}, 429, { "retry-after": "30" }))).retryAt).toEqual(
      new Date("2026-05-03T10:00:30Z"),
    );
    const spent = { "x-ratelimit-limit": "10", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "90" };
    const fault = await faultOf(json({}, 403, spent));
    expect(fault.code).toBe("rate_limited");
    expect(fault.retryAt).toEqual(new Date("2026-05-03T10:01:30Z"));
  });

  it.each<[string, number, unknown, Record<string, string>]>([
    ["nothing remains", 403, {}, { "x-ratelimit-remaining": "0" }],
    ["nothing remains", 503, {}, { "ratelimit-remaining": "0" }],
    ["its words alone", 403, { message: "API rate limit exceeded for user ID 1." }, {}],
    ["its words alone", 403, { error: { message: "You have exceeded a secondary rate limit" } }, {}],
    ["its words alone", 400, { error: "Too many requests" }, {}],
    ["its words alone", 403, { errors: [{ message: "Rate limit has been reached" }] }, {}],
    ["its words alone", 403, { message: "You have been rate limited." }, {}],
  ])("is rate-limited when the host says that by %s (status %i)", async (_how, status, body, headers) => {
    const fault = await faultOf(json(body, status, headers));
    expect(fault).toMatchObject({ code: "rate_limited", reason: { code: "host_rate_limit" } });
  });

  it("is rate-limited when the host says that as plain text", async () => {
    const plain = new Response("API rate limit exceeded", {
      status: 403,
      headers: { "content-type": "text/plain" },
    });
    expect((await faultOf(plain)).code).toBe("rate_limited");
  });

  it("is not rate-limited by any other refusal", async () => {
    const fault = await faultOf(json({ message: "No" }, 403, { "x-ratelimit-remaining": "7" }));
    expect(fault.code).toBe("permission_missing");
  });

  it.each<[number, FaultCode]>([
    [400, "bad_response"],
    [401, "bad_response"],
    [403, "bad_response"],
    [404, "bad_response"],
    [410, "bad_response"],
    [502, "unavailable"],
    [503, "unavailable"],
  ])("reports a web page with the status %i as a page", async (status, code) => {
    const headers = { "content-type": "text/html" };
    const fault = await faultOf(new Response("<html>Just a moment...</html>", { status, headers }));
    expect(fault).toMatchObject({ code, reason: { code: "host_page", params: { status } } });
  });

  it("reports a redirect and a rate limit as such also when they carry a web page", async () => {
    const page = (status: number) =>
      new Response("<html></html>", { status, headers: { "content-type": "text/html" } });
    expect((await faultOf(page(302))).reason.code).toBe("host_redirects");
    expect((await faultOf(page(429))).reason.code).toBe("host_rate_limit");
  });

  it.each([
    [
      new Response("<!DOCTYPE html><title>Sign in</title>", { headers: { "content-type": "text/html" } }),
      "not_this_host",
    ],
    [new Response("  <html>", { headers: { "content-type": "application/json" } }), "not_this_host"],
    [new Response('{"name": "tru', { headers: { "content-type": "application/json" } }), "host_not_json"],
    [new Response(""), "host_not_json"],
    [json({ name: 7 }), "host_shape"],
    [json(null), "host_shape"],
  ])("reports what is wrong with an answer (%#: %s)", async (response, reason) => {
    const fault = await faultOf(response, z.object({ name: z.string() }));
    expect(fault).toMatchObject({ code: "bad_response", reason: { code: reason } });
  });

  it("accepts no answer above the size limit", async () => {
    const call = api(() => json("x".repeat(100))).get("x", z.unknown(), { limits: { maxBytes: 50 } });
    await expect(call).rejects.toMatchObject({ code: "too_large" });
  });

  it("removes characters that PostgreSQL cannot store in a text", async () => {
    const text = String.raw`{"name":"a\u0000b","list":["\ud83d","\uD83D\uDE00 fine"]}`;
    const shape = z.object({ name: z.string(), list: z.array(z.string()) });
    const { body } = await api(() => new Response(text)).get("x", shape);
    expect(body).toEqual({ name: "ab", list: ["\ufffd", "😀 fine"] });
  });

  it("never lets an answer set a prototype", async () => {
    for (const key of ["__proto__", "\\u005f_proto__"]) {
      const text = `{"a":{"${key}":{"admin":true}},"b":1}`;
      const { body } = await api(() => new Response(text)).get("x", z.any());
      expect(Object.getOwnPropertyNames(body.a)).toEqual([]);
      expect(body.a.admin).toBeUndefined();
    }
  });

  it("reports a broken connection as unavailable", async () => {
    const fault = await faultOf(() => {
      throw new TypeError("socket hang up");
    });
    expect(fault).toMatchObject({ code: "unavailable", reason: { code: "host_no_answer" } });
  });
});
