import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sources } from "@test/architecture/source";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseEnv, setEnv } from "@/lib/env";
import { isHttpRoute } from "@/rpc/http-route";
import { gate } from "@/server/gate";
import { routes } from "@/server/routes";

const product = sources().filter(({ path }) => !/\.test\.tsx?$/.test(path));
const withText = (pattern: RegExp) =>
  product.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe("every HTTP route", () => {
  it("is made by httpRoute", () => {
    expect(routes.filter((route) => !isHttpRoute(route))).toEqual([]);
    expect(isHttpRoute({ path: "/api/by-hand", handle: () => true })).toBe(false);
  });

  it("made by httpRoute is in the list of routes", () => {
    const made = product.flatMap(({ text }) => text.match(/= httpRoute\(/g) ?? []);
    expect(made).toHaveLength(routes.length);
  });

  it("is outside Next, which serves pages only", () => {
    expect(withText(/export (async )?function (GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b/)).toEqual([]);
    expect(product.filter(({ path }) => /\/route\.tsx?$|\/pages\/api\//.test(path))).toEqual([]);
    expect(withText(/^"use server"|"use server";/m)).toEqual([]);
  });

  it("is the only way to write a response, apart from the gate, the sites and the API reference", () => {
    const writers = withText(/\.writeHead\(/).filter(
      (path) => !/^src\/(providers\/(\w+\/fake|simulator)\/|git\/smart-http\.ts)/.test(path), // simulated hosts
    );
    // The builder, what stands before it, and the sites of others.
    const known = /^src\/(rpc\/http-call|server\/(gate|site-server|docs-page))\.ts$|^src\/features\/site\//;
    expect(writers.filter((path) => !known.test(path))).toEqual([]);
  });
});

describe("the server", () => {
  let server: Server;
  const pages: string[] = [];
  beforeAll(async () => {
    setEnv(parseEnv({}));
    const toPages = (asked: { url?: string }, answer: { end(text: string): void }) => {
      pages.push(asked.url ?? "");
      answer.end("a page");
    };
    server = createServer(gate({ routes, pages: toPages as never }));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => server.close());

  const statusOf = (path: string, method: string): Promise<number | undefined> => {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port, path, method }, (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode));
      });
      asked.once("error", reject);
      asked.end();
    });
  };

  it("never passes a path below /api to the pages, in any spelling and by any method", async () => {
    for (const path of ["/api/", "/api/nothing", "/api/a/b/c", "/api/auth", "/api/trpc", "/api/trpc/a/b"])
      for (const method of ["GET", "POST", "DELETE", "OPTIONS"])
        expect([path, method, await statusOf(path, method)]).toEqual([path, method, expect.any(Number)]);
    expect(pages).toEqual([]);
    expect(await statusOf("/api/health", "GET")).toBe(200);
  });

  it("answers 405 to the callback of OAuth by another method than GET, HEAD included", async () => {
    for (const method of ["HEAD", "POST", "PUT"])
      expect([method, await statusOf("/api/gitlab/callback?code=c&state=s", method)]).toEqual([method, 405]);
  });
});
