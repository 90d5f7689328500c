import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call } from "@test/kit/provider-api";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { db } from "@/db/client";
import type { GitProvider } from "@/features/git-provider/contract";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import {
  ensureFreshToken,
  type FreshOptions,
  untilAborted,
} from "@/features/git-provider/token/ensure-fresh";
import { takeLease } from "@/features/git-provider/token/lease";
import type { Renewable } from "@/features/git-provider/token/refresh";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { registry } from "@/providers/registry";

testDatabase();

let owner: TestMember;
beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

const now = new Date();
const second = Math.floor(now.getTime() / 1000);

/** A connection whose token has this many seconds left, and a host that counts what it is asked. */
async function connected(left: number | null, data: object = {}) {
  const given = { name: newId(), giteaUrl: "https://git.example.com", accessToken: newId() };
  const { gitProviderId } = await call<GitProvider>(owner.caller, "gitea.create", given);
  await db().gitProvider.update({ where: { gitProviderId }, data });
  const row = await readProvider(system(owner.organizationId), gitProviderId);
  if (!registry.gitea) throw new Error("Gitea is not registered");
  const { manifest } = registry.gitea;
  const methods = { [row.authMethod]: { ...manifest.methods[row.authMethod], renews: true } };
  const asked = vi.fn(async () => {
    throw new Fault("unavailable", { code: "host_busy" });
  });
  const provider = { ...registry.gitea, renew: asked, manifest: { ...manifest, methods } };
  const expiresAt = left === null ? null : second + left;
  const session = {
    settings: { expiresAt },
    secrets: { accessToken: "old", refreshToken: "refresh" },
    now: () => new Date(second * 1000),
  };
  return { gitProviderId, asked, subject: { row, provider, session } as unknown as Renewable };
}

/** Whether a token is used as it is, or why not, and how often the host was asked for another. */
async function outcome(given: Awaited<ReturnType<typeof connected>>, options?: FreshOptions) {
  const ended = await ensureFreshToken(given.subject, options).then(
    ({ session }) => session.secrets.accessToken,
    (error: unknown) => (error as Fault).reason.code,
  );
  return [ended, given.asked.mock.calls.length];
}

describe("a token", () => {
  it("with five minutes left is used without a look at the database, and with less it is looked up", async () => {
    const { subject } = await connected(300);
    subject.row = { ...subject.row, gitProviderId: "gone" };
    expect(await ensureFreshToken(subject)).toBe(subject);
    subject.session.settings.expiresAt = second + 299;
    await expect(ensureFreshToken(subject)).rejects.toMatchObject({ code: "not_found" });
  });

  it("of a method that renews none is used to its end, also after a refusal", async () => {
    const { subject } = await connected(-5);
    subject.provider = { ...subject.provider, renew: undefined };
    expect(await ensureFreshToken(subject)).toBe(subject);
    expect(await ensureFreshToken(subject, { refused: 0 })).toBe(subject);
  });

  it("is renewed in its last five minutes, or in the last quarter of its life where that is shorter", async () => {
    const renewedAt = (left: number) => ({ renewedAt: new Date((second + left - 400) * 1000) });
    expect(await outcome(await connected(299))).toEqual(["old", 1]);
    expect(await outcome(await connected(100, renewedAt(100)))).toEqual(["old", 0]);
    expect(await outcome(await connected(99, renewedAt(99)))).toEqual(["old", 1]);
  });

  it("that was renewed just now is not renewed again", async () => {
    expect(await outcome(await connected(-5, { renewedAt: now }))).toEqual(["old", 0]);
  });

  it("is used for as long as more than ten seconds are left when a renewal fails", async () => {
    expect(await outcome(await connected(11))).toEqual(["old", 1]);
    expect(await outcome(await connected(10))).toEqual(["host_busy", 1]);
  });

  it("is used while another process renews it, unless it is over: then the caller waits", async () => {
    for (const [left, expected] of [
      [11, "old"],
      [10, "renewal_pending"],
    ] as const) {
      const given = await connected(left);
      await takeLease(given.gitProviderId, { credentialVersion: 1, renewalVersion: 0 });
      given.subject.session.signal = AbortSignal.timeout(300);
      expect(await outcome(given)).toEqual([expected, 0]);
    }
  });

  it("that was refused is renewed however long it lasts, but not when a newer one is stored", async () => {
    expect(await outcome(await connected(900), { refused: 0 })).toEqual(["host_busy", 1]);
    const newer = await connected(900, { renewalVersion: 1 });
    expect((await outcome(newer, { refused: 0 }))[1]).toBe(0);
  });
});

describe("a pause of renewals", () => {
  const until = new Date(Date.now() + 600_000).toISOString();
  const paused = (fault: string, more: object = {}) => ({
    renewalPause: { fault, reason: { code: fault }, until, credentialVersion: 1, renewalVersion: 0, ...more },
  });

  it("lets a living token be used, unless the host has refused to renew it", async () => {
    expect(await outcome(await connected(60, paused("unavailable")))).toEqual(["old", 0]);
    expect(await outcome(await connected(60, paused("credential_rejected")))).toEqual([
      "credential_rejected",
      0,
    ]);
  });

  it("ends a call whose token is over, and says until when the host limits it", async () => {
    for (const [code, retryAt] of [
      ["rate_limited", new Date(until)],
      ["unavailable", undefined],
    ] as const) {
      const { subject } = await connected(-5, paused(code));
      await expect(ensureFreshToken(subject)).rejects.toMatchObject({ code, retryAt });
    }
  });

  it("is left out by a person, but not moments after an answer was lost", async () => {
    const byHand = { byHand: true };
    expect(await outcome(await connected(-5, paused("unavailable")), byHand)).toEqual(["host_busy", 1]);
    const lost = { reason: { code: "answer_lost" }, since: new Date().toISOString() };
    expect(await outcome(await connected(-5, paused("credential_rejected", lost)), byHand)).toEqual([
      "answer_lost",
      0,
    ]);
  });
});

describe("waiting for a token", () => {
  const never = new Promise<string>(() => undefined);
  const reasonOf = (signal: AbortSignal) =>
    untilAborted(never, signal, "Gitea").catch((fault: Fault) => [fault.code, fault.reason]);

  it("ends with the caller's deadline, or when the caller leaves", async () => {
    const pending = ["unavailable", { code: "renewal_pending", params: { host: "Gitea" } }];
    const cancelled = ["unavailable", { code: "cancelled" }];
    expect(await reasonOf(AbortSignal.timeout(1))).toEqual(pending);
    expect(await reasonOf(AbortSignal.abort())).toEqual(cancelled);
    expect(await reasonOf(AbortSignal.abort("left"))).toEqual(cancelled);
    const control = new AbortController();
    const waiting = reasonOf(control.signal);
    control.abort(new Error("left"));
    expect(await waiting).toEqual(cancelled);
  });

  it("gives what comes, with and without a deadline, and listens no longer", async () => {
    const { signal } = new AbortController();
    const off = vi.spyOn(signal, "removeEventListener");
    expect(await untilAborted(Promise.resolve("token"), signal, "Gitea")).toBe("token");
    await vi.waitFor(() => expect(off).toHaveBeenCalledWith("abort", expect.any(Function)));
    expect(await untilAborted(Promise.resolve("token"), undefined, "Gitea")).toBe("token");
    await expect(untilAborted(Promise.reject(new Error("no")), signal, "Gitea")).rejects.toThrow("no");
  });
});
