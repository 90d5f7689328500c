import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cookieName } from "@/access/session-cookie";
import { env, parseEnv, setEnv } from "@/lib/env";
import { assertNotForeign, assertSameOrigin } from "@/rpc/same-origin";

let before: ReturnType<typeof env>;
beforeEach(() => {
  before = env();
});
afterEach(() => setEnv(before));

const at = (url: string) => setEnv(parseEnv({ SLIPWAY_URL: url }));
const refusal = (check: () => void) => {
  try {
    check();
    return null;
  } catch (error) {
    return (error as { reason: { code: string } }).reason.code;
  }
};
const host = "slipway.example.com";

describe("a call with a session cookie", () => {
  const withCookie = (headers: Record<string, string>) =>
    refusal(() => assertSameOrigin(new Headers({ cookie: `${cookieName()}=x`, ...headers })));

  it.each([
    ["https", { origin: `https://${host}` }, null],
    ["https", { origin: `https://${host}`, "sec-fetch-site": "same-origin" }, null],
    ["https", { origin: `https://${host}`, "sec-fetch-site": "same-site" }, "cross_origin"],
    ["https", { origin: "https://evil.example.net" }, "cross_origin"],
    ["https", { "sec-fetch-site": "same-origin" }, "cross_origin"],
    ["https", { origin: `http://${host}`, host }, "cross_origin"],
    ["http", { origin: "http://192.0.2.7:3000", host: "192.0.2.7:3000" }, null],
    ["http", { origin: "http://192.0.2.8:3000", host: "192.0.2.7:3000" }, "cross_origin"],
  ])("at %s from %o: %s", (scheme, headers, expected) => {
    at(`${scheme}://${host}`);
    expect(withCookie(headers as Record<string, string>)).toBe(expected);
  });

  it("and a key, or without the cookie, needs no origin, since no browser sends a key by itself", () => {
    at(`https://${host}`);
    expect(withCookie({ "x-api-key": "slw_x" })).toBeNull();
    expect(refusal(() => assertSameOrigin(new Headers({ cookie: "other=x" })))).toBeNull();
    expect(refusal(() => assertSameOrigin(new Headers({ "x-api-key": "slw_x" })))).toBeNull();
  });
});

it.each([
  ["POST", { origin: "https://evil.example.net" }, "cross_origin"],
  ["POST", { origin: `https://${host}` }, null],
  ["POST", {}, null],
  ["GET", { origin: "https://evil.example.net" }, null],
])("a form sent by %s with %o: %s", (method, headers, expected) => {
  at(`https://${host}`);
  expect(refusal(() => assertNotForeign(method, new Headers(headers as Record<string, string>)))).toBe(
    expected,
  );
});
