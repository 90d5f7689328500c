import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { asFault, type Fault } from "@/lib/fault";
import { client, closeAll, serve } from "@/lib/outbound/test-host";
import { exchangeCode, type OAuthEndpoints, refreshGrant, revokeToken } from "@/providers/kit/oauth2";

afterEach(closeAll);

const CLIENT = { id: "client-1", secret: "canary-client-secret" };
const REFRESH = "canary-refresh-token";
const answer = {
  step: "authorize",
  params: { code: "canary-code" },
  redirectUri: "https://slipway.example.com/api/gitlab/callback",
  codeVerifier: "v".repeat(43),
};

type Habit = (request: IncomingMessage, response: ServerResponse, elsewhere: string) => void;

/** 200 MB of nothing in 200 kB. */
const bomb = gzipSync(Buffer.alloc(200_000_000, "x"), { level: 9 });
const json = { "content-type": "application/json" };

const habits: [string, Habit, string[]][] = [
  ["never says anything", () => undefined, ["host_timeout"]],
  [
    "stops after its headers",
    (_, response) => void response.writeHead(200, { ...json, "content-length": "100" }).write("{"),
    ["host_timeout"],
  ],
  [
    "sends one byte at a time",
    (_, response) => {
      response.writeHead(200, json);
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    },
    ["host_timeout"],
  ],
  [
    "never ends its answer",
    (_, response) => {
      response.writeHead(200, json);
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, " ")));
        if (!response.destroyed) response.once("drain", pour);
      };
      pour();
    },
    ["answer_too_large"],
  ],
  [
    "sends a gzip bomb",
    (_, response) => void response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(bomb),
    ["answer_too_large"],
  ],
  [
    "sends what is no gzip",
    (_, response) => void response.writeHead(200, { ...json, "content-encoding": "gzip" }).end("plain"),
    ["bad_encoding"],
  ],
  [
    "breaks off in the middle",
    (_, response) => {
      response.writeHead(200, { ...json, "content-length": "100" }).write("{");
      setTimeout(() => response.destroy(), 20);
    },
    ["connection_reset", "body_cut_short"],
  ],
  [
    "sends a megabyte of headers",
    (_, response) => void response.writeHead(200, { ...json, "x-long": "h".repeat(1_000_000) }).end("{}"),
    ["header_too_large"],
  ],
  ...[301, 302, 303, 307, 308].map((status): [string, Habit, string[]] => [
    `sends the request elsewhere with ${status}`,
    (_, response, elsewhere) => void response.writeHead(status, { location: elsewhere }).end(),
    ["host_redirects"],
  ]),
];

/** A token endpoint with one bad habit, another host that must hear of nothing, and a client with so much patience. */
async function place(habit: Habit, patienceMs: number) {
  const heard: string[] = [];
  const other = await serve((request, response) => {
    heard.push(request.url ?? "");
    response.end("{}");
  });
  let asked = 0;
  const port = await serve((request, response) => {
    asked += 1;
    request.resume();
    habit(request, response, `http://127.0.0.1:${other}/token`);
  });
  const url = (path: string) => new URL(`http://127.0.0.1:${port}/${path}`);
  const endpoints: OAuthEndpoints = {
    dialect: { host: "GitLab" },
    authorizeUrl: url("authorize"),
    tokenUrl: url("token"),
    revokeUrl: url("revoke"),
    clientIn: "body",
    pkce: true,
  };
  const session = () => ({
    http: client("127.0.0.1"),
    now: () => new Date(),
    signal: AbortSignal.timeout(patienceMs),
  });
  return { endpoints, session, heard, asked: () => asked };
}

async function faultOf(call: Promise<unknown>): Promise<Fault> {
  return call.then(
    () => Promise.reject(new Error("it was answered")),
    (error: unknown) => asFault(error),
  );
}

describe("a token endpoint that", () => {
  it.each(habits)(
    "%s gets one request and ends in a fault in time",
    async (_name, habit, reasons) => {
      const patienceMs = reasons.includes("host_timeout") ? 700 : 10_000;
      const at = await place(habit, patienceMs);
      const calls = [
        () => refreshGrant(at.session(), at.endpoints, CLIENT, REFRESH),
        () => exchangeCode(at.session(), at.endpoints, CLIENT, answer),
        () => revokeToken(at.session(), at.endpoints, CLIENT, REFRESH),
      ];
      for (const [n, call] of calls.entries()) {
        const began = Date.now();
        const fault = await faultOf(call());
        expect(reasons).toContain(fault.reason.code);
        expect(Date.now() - began).toBeLessThan(patienceMs + 4_000);
        expect(JSON.stringify([fault, fault.message, fault.reason])).not.toContain("canary");
        expect(at.asked()).toBe(n + 1);
      }
      expect(at.heard).toEqual([]);
    },
    30_000,
  );
});
