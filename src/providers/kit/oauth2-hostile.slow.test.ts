import { type Habit, habits } from "@test/kit/host-behaviour";
import { client, closeAll, serve } from "@test/kit/http-host";
import { afterEach, describe, expect, it } from "vitest";
import { asFault, type Fault } from "@/lib/fault";
import { exchangeCode, type OAuthEndpoints, refreshGrant, revokeToken } from "@/providers/kit/oauth2";

afterEach(closeAll);

const CLIENT = { id: "client-1", secret: "secret-client-secret" };
const REFRESH = "secret-refresh-token";
const answer = {
  step: "authorize",
  params: { code: "secret-code" },
  redirectUri: "https://slipway.example.com/api/gitlab/callback",
  codeVerifier: "v".repeat(43),
};

/** A hostile token endpoint, another host that must receive nothing, and a client with the given time limit. */
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
    errorMapping: { host: "GitLab" },
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
    "%s gets one request, which ends in a fault in time",
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
        expect(JSON.stringify([fault, fault.message, fault.reason])).not.toContain("secret");
        expect(at.asked()).toBe(n + 1);
      }
      expect(at.heard).toEqual([]);
    },
    30_000,
  );
});
