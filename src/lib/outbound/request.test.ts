import { describe, expect, it, test } from "vitest";
import { follow, isRedirect, type OutboundRequest, outboundRequest } from "@/lib/outbound/request";

const request = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest =>
  outboundRequest({
    method: "GET",
    url: new URL(url),
    headers: {},
    body: null,
    redirect: "follow",
    ...more,
  });
const plain = request("https://git.example.com/a", { headers: { accept: "text/html" } });

test.each(["http://git.example.com/a", "http://other.example.com/", "HTTP://git.example.com/a"])(
  "a redirect from https down to %s is not followed, even without a credential",
  (location) => {
    expect(() => follow(plain, 302, location)).toThrow(
      expect.objectContaining({ reason: expect.objectContaining({ code: "redirect_elsewhere" }) }),
    );
  },
);

test("a redirect from http to https is followed, and one to another host when nothing secret is sent", () => {
  const http = request("http://git.example.com/a", { headers: plain.headers });
  expect(follow(http, 301, "https://git.example.com/a").url.href).toBe("https://git.example.com/a");
  expect(follow(plain, 302, "https://other.example.com/b").url.href).toBe("https://other.example.com/b");
});

describe("a redirect", () => {
  it("keeps its method at 307 and 308, and becomes a GET without a body elsewhere", () => {
    const headers = { "content-type": "application/json", accept: "text/plain" };
    const body = Buffer.from("{}") as OutboundRequest["body"];
    const sent = request("https://a.example.com/x", { method: "PUT", headers, body });
    expect(follow(sent, 307, "/y")).toMatchObject({ method: "PUT", headers, body });
    expect(follow(sent, 302, "/y")).toMatchObject({
      method: "GET",
      body: null,
      headers: { accept: "text/plain" },
    });
    expect(follow(request("https://a.example.com/x", { method: "HEAD" }), 302, "/y").method).toBe("HEAD");
  });

  it("is one of five statuses, where the caller wants it followed", () => {
    const from = request("https://a.example.com/");
    expect([300, 301, 304, 308].map((status) => isRedirect(from, status))).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(isRedirect({ ...from, redirect: "manual" }, 302)).toBe(false);
  });
});
