import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseEnv, setEnv } from "@/lib/env";
import { gate, starting } from "@/server/gate";
import { routes } from "@/server/routes";

let server: Server;
let isReady = true;

beforeAll(async () => {
  setEnv(
    parseEnv({
      SLIPWAY_URL: "https://slipway.example.com",
      SLIPWAY_SITES_URL: "https://*.sites.example.net",
      SLIPWAY_SITES_FALLBACK: "on",
    }),
  );
  const app = gate({ routes, pages: (_asked, answer) => void answer.end("{}") });
  server = createServer((asked, answer) => (isReady ? app : starting)(asked, answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());

type Headers = Record<string, string | string[] | undefined>;

function headersOf(path: string, method = "GET", sent: Record<string, string> = {}): Promise<Headers> {
  const { port } = server.address() as AddressInfo;
  const headers = { host: "slipway.example.com", ...sent };
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.headers));
    });
    asked.once("error", reject);
    asked.end();
  });
}

const usual = {
  "x-content-type-options": "nosniff",
  "strict-transport-security": "max-age=31536000",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": expect.stringMatching(/default-src '(self|none)'.*frame-ancestors 'none'/),
  "referrer-policy": expect.stringMatching(/^(same-origin|no-referrer)$/),
};

describe("the usual headers are on", () => {
  it.each([
    ["a page", "/providers", "GET"],
    ["an answer of the API", "/api/organization.all", "POST"],
    ["the way back from a host", "/api/gitlab/callback?code=c", "GET"],
    ["the way back, asked for in a wrong way", "/api/gitlab/callback", "DELETE"],
    ["the way to a host", "/o/acme/providers/abc/authorize/step", "POST"],
    ["a path that cannot be decoded", "/api/%ff", "GET"],
    ["a page of that kind", "/%", "GET"],
    ["a request for a proxy", "http://169.254.169.254/", "GET"],
    ["a path that names another host", "//example.com/", "GET"],
  ])("%s", async (_what, path, method) => {
    expect(await headersOf(path, method)).toMatchObject(usual);
  });

  it("a refused change of protocol", async () => {
    const sent = { connection: "Upgrade", upgrade: "websocket" };
    expect(await headersOf("/", "GET", sent)).toMatchObject(usual);
  });

  it("answers given while the server starts", async () => {
    isReady = false;
    try {
      expect(await headersOf("/providers")).toMatchObject({ ...usual, "retry-after": "1" });
    } finally {
      isReady = true;
    }
  });
});

const transport = "strict-transport-security";

describe("Strict-Transport-Security is sent", () => {
  it.each([
    ["a file of the build", "/_next/static/chunks/none.js", "slipway.example.com"],
    ["a site on the app's own host", "/sites/none/", "slipway.example.com"],
    ["a site on a host of its own", "/", "none.sites.example.net"],
    ["a host that can be no site", "/", "a.b.sites.example.net"],
  ])("also by %s", async (_what, path, host) => {
    expect(await headersOf(path, "GET", { host })).toHaveProperty(transport, "max-age=31536000");
  });

  it("not by sites that are served over plain http", async () => {
    setEnv(
      parseEnv({
        SLIPWAY_URL: "https://slipway.example.com",
        SLIPWAY_SITES_URL: "http://*.sites.example.net",
        SLIPWAY_SITES_FALLBACK: "on",
      }),
    );
    expect(await headersOf("/", "GET", { host: "none.sites.example.net" })).not.toHaveProperty(transport);
    expect(await headersOf("/sites/none/")).toHaveProperty(transport);
  });
});
