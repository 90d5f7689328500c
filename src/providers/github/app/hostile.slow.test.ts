import { generateKeyPairSync } from "node:crypto";
import { answer, authorizationOf } from "@test/kit/github-app";
import { type Habit, habits } from "@test/kit/host-behaviour";
import { client, closeAll, serve } from "@test/kit/http-host";
import { afterEach, describe, expect, it } from "vitest";
import { asFault, type Fault } from "@/lib/fault";
import { github } from "@/providers/github";
import type { Grant } from "@/providers/provider";

afterEach(closeAll);

const SITE = { fullName: "acme/site" };
const TOKEN = "ghs_canaryInstallationToken0000000000000";
const { privateKey: pem } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "pkcs1", format: "pem" },
});

/** A hostile Enterprise Server, another host that must receive nothing, and a client with the given time limit. */
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
  const settings = {
    githubUrl: `http://127.0.0.1:${port}`,
    githubAppId: 4711,
    githubInstallationId: "42",
  };
  const session = (grant: Grant = {}) => ({
    authMethod: "app",
    settings: { ...settings, ...grant.settings },
    secrets: { githubPrivateKey: pem, ...grant.secrets },
    http: client("127.0.0.1"),
    git: { lsRemote: () => Promise.reject(new Error("git is not asked")) },
    now: () => new Date(),
    signal: AbortSignal.timeout(patienceMs),
  });
  return { session, heard, asked: () => asked };
}

type Place = Awaited<ReturnType<typeof place>>;

/** Every call in which an App signs itself or its fresh token is sent. */
const calls: Record<string, (at: Place) => Promise<unknown>> = {
  "the code of a new App": ({ session }) =>
    authorizationOf().complete(session(), answer("manifest", { code: "secret-code" })),
  "the address of a pasted App": ({ session }) =>
    authorizationOf().begin(session(), {
      step: "install",
      state: "secret-state",
      redirectUri: "https://slipway.example.com/api/github/callback",
      codeChallenge: "challenge",
      publicUrl: "https://slipway.example.com",
      publiclyReachable: true,
      rowId: "row-1",
    }),
  "an installation that came by the browser": ({ session }) =>
    authorizationOf().complete(
      session(),
      answer("install", { installation_id: "42", setup_action: "install" }),
    ),
  "a new token": async ({ session }) => github.renew?.(session()),
  "the test": ({ session }) => github.open(session()).verify(),
  "a clone": ({ session }) => github.open(session()).git.remote(SITE),
  "the branches with a token in use": ({ session }) =>
    github.open(session({ secrets: { accessToken: TOKEN } })).refs.list(SITE, { kind: "branch", limit: 10 }),
  "the end of a token": async ({ session }) => github.revoke?.(session({ secrets: { accessToken: TOKEN } })),
};

async function faultOf(call: Promise<unknown>): Promise<Fault> {
  return call.then(
    () => Promise.reject(new Error("it was answered")),
    (error: unknown) => asFault(error),
  );
}

describe("a GitHub App whose host", () => {
  it.each(habits)(
    "%s gets a fault for every call in time, and sends nothing elsewhere",
    async (_name, habit, reasons) => {
      const patienceMs = reasons.includes("host_timeout") ? 700 : 10_000;
      const at = await place(habit, patienceMs);
      for (const [name, call] of Object.entries(calls)) {
        const began = Date.now();
        const before = at.asked();
        const fault = await faultOf(call(at));
        expect(reasons, `${name}: ${fault.message}`).toContain(fault.reason.code);
        expect(Date.now() - began).toBeLessThan(patienceMs + 4_000);
        const told = JSON.stringify([fault, fault.message, fault.reason]);
        expect(told).not.toMatch(/secret|BEGIN RSA|eyJ/);
        expect(at.asked() - before).toBeGreaterThan(0);
      }
      expect(at.heard).toEqual([]);
    },
    60_000,
  );
});
