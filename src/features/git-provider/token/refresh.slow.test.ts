import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call } from "@test/kit/provider-api";
import { serveTokenHost, type TokenHost } from "@test/kit/token-host";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
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
const children: ChildProcess[] = [];

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

afterEach(() => {
  host?.close();
  for (const child of children.splice(0)) child.kill("SIGKILL");
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

async function start(gitProviderId: string, callers: number): Promise<ChildProcess> {
  const settings = {
    ...allow,
    DATABASE_URL: connectionString(),
    SLIPWAY_ENCRYPTION_KEYS: keys,
    SLIPWAY_DATA_DIR: env().dataDir,
    NEXTAUTH_SECRET: newId() + newId(),
  };
  const order = { settings, organizationId: owner.organizationId, gitProviderId, callers };
  const script = "test/kit/renewal-process.ts";
  const child = spawn(process.execPath, ["--import", "tsx", script, JSON.stringify(order)], {
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

async function runAll(all: ChildProcess[]): Promise<string[]> {
  const answers = all.map((child) => said(child, "["));
  for (const child of all) child.stdin?.write("go\n");
  return (await Promise.all(answers)).flatMap((text) => JSON.parse(text) as string[]);
}

const past = () => Math.floor(Date.now() / 1000) - 10;

describe("200 callers in three processes", () => {
  it.each([
    { name: "a host that rotates and tells the end", rotates: true, lifetime: 7200 },
    { name: "a host that rotates and tells no end", rotates: true, lifetime: null },
    { name: "a host that keeps the refresh token and tells the end", rotates: false, lifetime: 7200 },
    { name: "a host that keeps the refresh token and tells no end", rotates: false, lifetime: null },
  ])("send one token request to $name", async ({ rotates, lifetime }) => {
    const { at, tokens, gitProviderId } = await connect({ rotates, lifetime }, lifetime ? past() : null);
    at.world.tokens = at.world.tokens.filter(({ value }) => value !== tokens.accessToken);
    const before = at.asked;
    const all = await Promise.all([
      start(gitProviderId, 67),
      start(gitProviderId, 67),
      start(gitProviderId, 66),
    ]);
    const ended = await runAll(all);
    expect(ended).toHaveLength(200);
    expect(at.asked - before).toBe(1);
    expect([...new Set(ended)]).toEqual(["ok"]);
    const row = await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
    expect(row).toMatchObject({ renewalVersion: 1, credentialVersion: 1, renewalAskedAt: null });
  });
});

describe("a process that is killed between question and answer", () => {
  async function killed(changes: Partial<AuthorizationServerOptions>) {
    const { at, gitProviderId } = await connect(changes, past());
    const arrival = new EventEmitter();
    const arrived = once(arrival, "asked");
    // The host has done its part; its answer stays on the way for good.
    at.after = (request) => {
      if (!request.url.endsWith("/oauth/token")) return Promise.resolve(null);
      arrival.emit("asked");
      return new Promise(() => undefined);
    };
    const child = await start(gitProviderId, 1);
    child.stdin?.write("go\n");
    await arrived;
    child.kill("SIGKILL");
    await sleep(50);
    at.after = async () => null;
    const now = await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
    expect(now.renewalAskedAt).not.toBeNull();
    // The lease of the dead one is over.
    await db().$executeRaw`UPDATE "git_provider" SET "renewalHeldUntil" = now() - interval '1 second'
      WHERE "gitProviderId" = ${gitProviderId}`;
    return { at, gitProviderId, before: at.asked };
  }

  it("is followed by one that asks once more", async () => {
    const { at, gitProviderId, before } = await killed({ rotates: false });
    expect(await runAll([await start(gitProviderId, 20)])).toEqual(Array(20).fill("ok"));
    expect(at.asked - before).toBe(1);
  });

  it("ends the connection where the lost answer had used up the refresh token", async () => {
    const { at, gitProviderId, before } = await killed({ rotates: true });
    const ended = await runAll([await start(gitProviderId, 20)]);
    expect([...new Set(ended)]).toEqual(["answer_lost"]);
    expect(at.asked - before).toBe(1);
    const { health } = await call<GitProvider>(owner.caller, "gitProvider.one", { gitProviderId });
    expect(health).toMatchObject({ state: "broken", reason: { code: "answer_lost" } });
    // Nobody knocks at the host again.
    expect([...new Set(await runAll([await start(gitProviderId, 5)]))]).toEqual(["answer_lost"]);
    expect(at.asked - before).toBe(1);
  });
});
