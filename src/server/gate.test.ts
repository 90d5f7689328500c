import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseEnv, setEnv } from "@/lib/env";
import { addressHeader } from "@/rpc/context";
import { gate, refuseUpgrades } from "@/server/gate";
import { routes } from "@/server/routes";

let server: Server;
beforeAll(async () => {
  setEnv(parseEnv({}));
  const echo = gate({
    routes,
    pages: (asked, answer) => void answer.writeHead(200).end(JSON.stringify(asked.headers)),
  });
  server = createServer(echo);
  refuseUpgrades(server);
  server.on("upgrade", () => undefined); // as the framework does: nobody would ever answer
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, headers, method }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asked.once("error", reject);
    asked.end();
  });
}

describe("the gate before every request", () => {
  it("gives every API call a request id, the client's own where it is well formed", async () => {
    const given = await get("/api/health", { "x-request-id": "given-by-the-client" });
    expect(given.headers["x-request-id"]).toBe("given-by-the-client");
    const made = await get("/api/health", { "x-request-id": "<script>" });
    expect(made.headers["x-request-id"]).toMatch(/^[a-z0-9]{20,}$/);
  });

  it("refuses a path that cannot be decoded with an API fault", async () => {
    for (const path of ["/api/%ff", "/api/trpc/%E0%A4%A", "/%"]) {
      const { status, text, headers } = await get(path);
      expect([path, status]).toEqual([path, 400]);
      if (!path.startsWith("/api/")) continue;
      expect(JSON.parse(text).error).toMatchObject({
        fault: "invalid_input",
        requestId: headers["x-request-id"],
      });
    }
    expect((await get("/api/health?%ff=%")).status).toBe(200);
  });

  it("refuses methods that no route supports", async () => {
    for (const method of ["TRACE", "PROPFIND", "PURGE"]) {
      const { status, headers, text } = await get("/api/user.me", {}, method);
      expect([method, status, headers.allow]).toEqual([method, 405, "GET, HEAD, POST"]);
      expect(JSON.parse(text).error.fault).toBe("method_not_allowed");
      expect((await get("/sign-in", {}, method)).status).toBe(405);
    }
    expect((await get("/api/organization.update", {}, "PUT")).headers.allow).toBe("POST"); // a route says what it takes
  });

  const nested = [`["",{"a":`.repeat(300), `["",{}]`, "}]".repeat(300)].join("");
  it.each([
    "[]",
    "{}",
    "null",
    '"x"',
    "garbage",
    "%E0%A4%A",
    '["",{"children":5}]',
    "[5,{}]",
    '["",{},null,null,7,9,10]',
    '[["a","b","c"],{}]',
    '[["a","b","x",null],{}]',
    '["",{},["x"]]',
    '["",{}], ["",{}]',
  ])("refuses a page request with the router state %s", async (state) => {
    expect((await get("/sign-in", { rsc: "1", "next-router-state-tree": state })).status).toBe(400);
  });

  it.each([
    '["",{"children":["providers",{"children":[["id","abc","d",null],{"children":["__PAGE__",{}]}]}]}]',
    '["",{"children":["sign-in",{},null,"refetch"]},null,null,16]',
    '["",{"__proto__":["",{}]},["/a","?b"],"metadata-only",1,"x"]',
    nested,
  ])("lets a page request with the router state %.80s through", async (state) => {
    const headers = { rsc: "1", "next-router-state-tree": encodeURI(state) };
    expect((await get("/sign-in", headers)).status).toBe(200);
  });

  it("passes the address of the socket to the app, whatever the client claims", async () => {
    const { text } = await get("/", { [addressHeader]: "203.0.113.9" });
    expect(JSON.parse(text)[addressHeader]).toContain("127.0.0.1");
  });

  it("refuses to be used as a proxy", async () => {
    expect((await get("http://169.254.169.254/")).status).toBe(400);
    expect((await get("//example.com/")).status).toBe(400);
  });

  it("answers every protocol upgrade with 400, also on a path where Next listens", async () => {
    const headers = { connection: "Upgrade", upgrade: "websocket" };
    for (const target of ["/", "/api/health", "http://169.254.169.254/latest", "/_next/hmr"]) {
      expect([target, (await get(target, headers)).status]).toEqual([target, 400]);
    }
  });

  it("rate-limits pages per address, but not static files of the build", async () => {
    setEnv(parseEnv({ SLIPWAY_RATE_LIMIT_ADDRESS: "3", SLIPWAY_TRUSTED_PROXIES: "127.0.0.1" }));
    const from = (address: string) => ({ "x-forwarded-for": address });
    const statuses = [];
    for (let n = 0; n < 5; n++) statuses.push((await get("/sign-in", from("198.51.100.7"))).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const limited = await get("/docs/api", from("198.51.100.7"));
    expect([limited.status, Number(limited.headers["retry-after"]) > 0]).toEqual([429, true]);
    expect((await get("/_next/static/a.js", from("198.51.100.7"))).status).toBe(200);
    expect((await get("/sign-in", from("198.51.100.8"))).status).toBe(200);
    setEnv(parseEnv({}));
  });
});
