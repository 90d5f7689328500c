import { beforeEach, describe, expect, it } from "vitest";
import { revalidate } from "@/features/git-provider/client/etag-cache";
import { type Http, withHooks } from "@/lib/http";
import { newId } from "@/lib/id";

let url: string;
let body: string;
let received: Request[];
let headers: Record<string, string>;

/** A host with ETags as in RFC 9110: a request with the current tag gets 304. */
const host: Http = {
  send: async (request) => {
    received.push(request);
    const etag = `W/"${Buffer.from(body.slice(0, 20)).toString("hex")}"`;
    const same = request.headers.get("if-none-match") === etag;
    const budget: Record<string, string> = same ? {} : { "x-ratelimit-remaining": "7" };
    const given = { etag, ...headers, ...budget };
    return new Response(same ? null : body, { status: same ? 304 : 200, headers: given });
  },
};
const http = withHooks(host, [revalidate]);
const get = (token = "one", method = "GET") =>
  http.send(new Request(url, { method, headers: { authorization: `Bearer ${token}` } }));

beforeEach(() => {
  url = `https://git.example.com/${newId()}`;
  body = "[1]";
  received = [];
  headers = { link: "<https://git.example.com/next>" };
});

describe("a repeated request to a host with ETags", () => {
  it("gets the cached body on 304, without the cached rate limit headers", async () => {
    await get();
    const second = await get();
    expect(received[1]?.headers.get("if-none-match")).toMatch(/^W\//);
    expect([second.status, await second.text()]).toEqual([200, "[1]"]);
    expect(second.headers.get("link")).toBe("<https://git.example.com/next>");
    expect(second.headers.has("x-ratelimit-remaining")).toBe(false);
    expect(await (await get()).text()).toBe("[1]");
  });

  it("gets the new body once the host has changed it", async () => {
    await get();
    body = "[2]";
    expect(await (await get()).text()).toBe("[2]");
    expect(await (await get()).text()).toBe("[2]");
  });

  it("is sent without the stored ETag for another credential", async () => {
    await get("one");
    await get("two");
    expect(received[1]?.headers.has("if-none-match")).toBe(false);
  });

  it("is sent without If-None-Match after an empty ETag, a too large body or a DELETE", async () => {
    headers = { etag: "" };
    await get();
    await get();
    headers = {};
    body = "x".repeat(600 * 1024);
    await get();
    await get();
    await get("one", "DELETE");
    expect(received.filter((request) => request.headers.has("if-none-match"))).toEqual([]);
  });
});
