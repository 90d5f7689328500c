import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { testProgram } from "@test/kit/program";
import { call } from "@test/kit/provider-api";
import { serveTokenHost, type TokenHost } from "@test/kit/token-host";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { connectionString, db } from "@/db/client";
import type { GitProvider } from "@/features/git-provider/contract";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import type { AuthorizationServerOptions } from "@/providers/simulator/authorization-server";
import { CLIENT } from "@/providers/simulator/seed";

const keys = `test:${randomBytes(32).toString("base64")}`;
const allow = { SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" };
testDatabase({ ...allow, SLIPWAY_ENCRYPTION_KEYS: keys });
vi.setConfig({ testTimeout: 240_000 });

let owner: TestMember;
let host: (TokenHost & { close(): void }) | undefined;
const program = testProgram("test/kit/renewal-process.ts");
const children: ChildProcess[] = [];
/** Three that live as long as this file. */
let processes: ChildProcess[] = [];

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
  processes = await Promise.all([start(), start(), start()]);
});

afterEach(() => host?.close());
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** A provider on a new host, with the tokens of a flow whose end is known as `expiresAt` (Unix seconds). */
async function connect(changes: Partial<AuthorizationServerOptions>, expiresAt: number | null) {
  const at = await serveTokenHost(changes);
  host = at;
  const given = { name: newId(), authMethod: "oauth", gitlabUrl: at.url, applicationId: CLIENT.id };
  const tokens = await at.authorize();
  const made = await call<GitProvider>(owner.caller, "gitlab.create", {
    ...given,
    ...tokens,
    secret: CLIENT.secret,
    expiresAt,
  });
  return { at, tokens, gitProviderId: made.gitProviderId };
}

/** A process that takes orders, ready for the first one. */
async function start(): Promise<ChildProcess> {
  const settings = {
    ...allow,
    DATABASE_URL: connectionString(),
    SLIPWAY_ENCRYPTION_KEYS: keys,
    SLIPWAY_DATA_DIR: env().dataDir,
    NEXTAUTH_SECRET: newId() + newId(),
  };
  const child = spawn(process.execPath, [program, JSON.stringify(settings)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  await said(child, "ready");
  return child;
}

async function said(child: ChildProcess, start: string): Promise<string> {
  for (;;) {
    const [chunk] = await once(child.stdout as NodeJS.EventEmitter, "data");
    const line = String(chunk)
      .split("\n")
      .find((each) => each.startsWith(start));
    if (line) return line;
  }
}

/** Open a provider so many times at once in a process. */
function order(child: ChildProcess, gitProviderId: string, callers: number): void {
  const { organizationId } = owner;
  child.stdin?.write(`${JSON.stringify({ organizationId, gitProviderId, callers })}\n`);
}

/** How each call of all processes ended. */
async function callsIn(gitProviderId: string, all: readonly (readonly [ChildProcess, number])[]) {
  const answers = all.map(([child]) => said(child, "["));
  for (const [child, callers] of all) order(child, gitProviderId, callers);
  return (await Promise.all(answers)).flatMap((text) => JSON.parse(text) as string[]);
}

const past = () => Math.floor(Date.now() / 1000) - 10;

describe("200 callers in three processes find the token expired", () => {
  it.each([
    { name: "a host that rotates and tells the end", rotates: true, lifetime: 7200 },
    { name: "a host that rotates and tells no end", rotates: true, lifetime: null },
    { name: "a host that keeps the refresh token and tells the end", rotates: false, lifetime: 7200 },
    { name: "a host that keeps the refresh token and tells no end", rotates: false, lifetime: null },
  ])("send one token request to $name", async ({ rotates, lifetime }) => {
    const { at, tokens, gitProviderId } = await connect({ rotates, lifetime }, lifetime ? past() : null);
    at.world.tokens = at.world.tokens.filter(({ value }) => value !== tokens.accessToken);
    const before = at.asked;
    const [one, two, three] = processes as [ChildProcess, ChildProcess, ChildProcess];
    const ended = await callsIn(gitProviderId, [
      [one, 67],
      [two, 67],
      [three, 66],
    ]);
    expect(ended).toHaveLength(200);
    expect(at.asked - before).toBe(1);
    expect([...new Set(ended)]).toEqual(["ok"]);
    const row = await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
    expect(row).toMatchObject({ renewalVersion: 1, credentialVersion: 1, renewalAskedAt: null });
  });
});

describe("a process killed between a token request and its answer", () => {
  async function killed(changes: Partial<AuthorizationServerOptions>) {
    const { at, gitProviderId } = await connect(changes, past());
    const arrival = new EventEmitter();
    const arrived = once(arrival, "asked");
    // The host has processed the request, but its answer never arrives.
    at.after = (request) => {
      if (!request.url.endsWith("/oauth/token")) return Promise.resolve(null);
      arrival.emit("asked");
      return new Promise(() => undefined);
    };
    const child = await start();
    order(child, gitProviderId, 1);
    await arrived;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    at.after = async () => null;
    const now = await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
    expect(now.renewalAskedAt).not.toBeNull();
    // The lease of the killed process has expired.
    await db().$executeRaw`UPDATE "git_provider" SET "renewalHeldUntil" = now() - interval '1 second'
      WHERE "gitProviderId" = ${gitProviderId}`;
    return { at, gitProviderId, before: at.asked };
  }

  const survivor = () => processes[0] as ChildProcess;

  it("is followed by one process that sends the request once more", async () => {
    const { at, gitProviderId, before } = await killed({ rotates: false });
    expect(await callsIn(gitProviderId, [[survivor(), 20]])).toEqual(Array(20).fill("ok"));
    expect(at.asked - before).toBe(1);
  });

  it("breaks the connection where the lost answer had used up the refresh token", async () => {
    const { at, gitProviderId, before } = await killed({ rotates: true });
    const ended = await callsIn(gitProviderId, [[survivor(), 20]]);
    expect([...new Set(ended)]).toEqual(["answer_lost"]);
    expect(at.asked - before).toBe(1);
    const { health } = await call<GitProvider>(owner.caller, "gitProvider.one", { gitProviderId });
    expect(health).toMatchObject({ state: "broken", reason: { code: "answer_lost" } });
    // No further request is sent to the host.
    expect([...new Set(await callsIn(gitProviderId, [[survivor(), 5]]))]).toEqual(["answer_lost"]);
    expect(at.asked - before).toBe(1);
  });
});
