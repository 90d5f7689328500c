import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call } from "@test/kit/provider-api";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { db, pool } from "@/db/client";
import type { GitProvider, GitProviderDetail } from "@/features/git-provider/contract";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import {
  type Lease,
  newCredential,
  readRenewal,
  releaseUnused,
  saveRenewed,
  takeLease,
} from "@/features/git-provider/token/lease";
import { isLost, type Renewable, renewOnce, storeRenewed } from "@/features/git-provider/token/refresh";
import { Fault, type FaultCode } from "@/lib/fault";
import { newId } from "@/lib/id";
import type { Grant, Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

testDatabase();

let owner: TestMember;
beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

interface Given {
  /** Answers to this refresh token that were lost before. */
  lost?: number;
  refreshToken?: string | null;
  renew?: () => Promise<Grant>;
  revoke?: Provider["revoke"];
}

/** A connection whose refresh is under lease, at a host that answers as told. */
async function held({ lost = 0, refreshToken = "refresh", renew, revoke }: Given = {}) {
  const given = { name: newId(), giteaUrl: "https://git.example.com", accessToken: newId() };
  const { gitProviderId } = await call<GitProvider>(owner.caller, "gitea.create", given);
  await db().gitProvider.update({ where: { gitProviderId }, data: { renewalsLost: lost } });
  const lease = await takeLease(gitProviderId, { credentialVersion: 1, renewalVersion: 0 });
  if (!lease || !registry.gitea) throw new Error("the lease was not to be had");
  const row = await readProvider(system(owner.organizationId), gitProviderId);
  const asked = vi.fn(renew ?? (async () => ({})));
  const provider: Provider = { ...registry.gitea, renew: asked, revoke };
  const session = { settings: { giteaUrl: "u" }, secrets: { accessToken: "old", refreshToken } };
  const subject = { row, provider, session } as unknown as Renewable;
  return { gitProviderId, lease, subject, asked };
}

const fault = (code: FaultCode, reason: string, retryAt?: Date) =>
  new Fault(code, { code: reason }, { retryAt });
const failing = (error: Fault) => async () => {
  throw error;
};
const reset = fault("unavailable", "connection_reset");

/** How a refresh ends: its reason or "ok", then what is stored of it. */
async function outcome(given: Given) {
  const { gitProviderId, lease, subject, asked } = await held(given);
  const ended = await renewOnce(subject, lease).then(
    () => "ok",
    (error: unknown) => (error as Fault).reason.code,
  );
  const { rows } = await pool().query<{ asked: boolean; pause: string | null; seconds: number | null }>(
    `SELECT "renewalAskedAt" IS NOT NULL AS "asked", "renewalPause"->'reason'->>'code' AS "pause",
      extract(epoch FROM ("renewalPause"->>'until')::timestamptz - ("renewalPause"->>'since')::timestamptz)::float8
        AS "seconds"
     FROM "git_provider" WHERE "gitProviderId" = $1`,
    [gitProviderId],
  );
  const detail = await call<GitProviderDetail>(owner.caller, "gitProvider.one", { gitProviderId });
  const state = await readRenewal(gitProviderId);
  return {
    ended,
    requests: asked.mock.calls.length,
    held: state?.held,
    ...rows[0],
    health: [detail.health.state, detail.health.reason?.code],
  };
}

describe("one token request", () => {
  it("that brings tokens stores them and lets the lease go, and the audit tells of it", async () => {
    const { gitProviderId, lease, subject } = await held({
      renew: async () => ({ secrets: { accessToken: "new" } }),
    });
    await renewOnce(subject, lease);
    expect(await readRenewal(gitProviderId)).toMatchObject({ renewalVersion: 1, held: false, pause: null });
    const events = { targetId: gitProviderId, action: "credential.renew" };
    expect(await db().auditEvent.count({ where: events })).toBe(1);
    // Stored once more after an answer of the database that was lost: nothing changes, and nothing is wrong.
    expect(await saveRenewed(lease, subject.provider, subject.row, {})).toBe(true);
    expect(await readRenewal(gitProviderId)).toMatchObject({ renewalVersion: 1 });
    expect(await db().auditEvent.count({ where: events })).toBe(1);
  });

  it("of a type without any request changes nothing but the state", async () => {
    const { gitProviderId, lease, subject } = await held();
    subject.provider = { ...subject.provider, renew: undefined };
    await renewOnce(subject, lease);
    expect(await readRenewal(gitProviderId)).toMatchObject({ renewalVersion: 1, held: false });
  });

  it("that comes back after a person changed the credential has its tokens revoked, and those alone", async () => {
    const revoke = vi.fn(async () => {
      throw fault("unavailable", "host_busy");
    });
    const renew = async () => ({ secrets: { accessToken: "new" }, settings: { expiresAt: 7 } });
    const { gitProviderId, lease, subject } = await held({ renew, revoke });
    await renewOnce(subject, lease);
    expect(revoke).not.toHaveBeenCalled();
    await db().gitProvider.update({ where: { gitProviderId }, data: { credentialVersion: 2 } });
    await renewOnce(subject, lease);
    expect(revoke.mock.calls).toMatchObject([
      [
        {
          secrets: { accessToken: "new", refreshToken: "refresh" },
          settings: { giteaUrl: "u", expiresAt: 7 },
          signal: expect.any(AbortSignal),
        },
      ],
    ]);
    const silent = await held({ revoke });
    silent.subject.provider = { ...silent.subject.provider, renew: undefined };
    await db().gitProvider.update({
      where: { gitProviderId: silent.gitProviderId },
      data: { credentialVersion: 2 },
    });
    await renewOnce(silent.subject, silent.lease);
    expect(revoke).toHaveBeenCalledTimes(2);
  });

  it("whose tokens cannot be stored for another reason than an outage is not stored again and again", async () => {
    const { lease, subject } = await held();
    let tries = 0;
    const provider = Object.defineProperty({ ...subject.provider }, "idField", {
      get: () => {
        tries += 1;
        throw new Error("a bug");
      },
    });
    await expect(storeRenewed(lease, provider, subject.row, {})).rejects.toThrow("a bug");
    expect(tries).toBe(1);
  });
});

describe("a token request that fails", () => {
  const ended = { requests: 1, held: false, asked: false };
  /** Nothing is known of the connection, as before. */
  const health = ["pending", "not_tested"];
  const broken = (code: string) => ({ ...ended, ended: code, pause: code, health: ["broken", code] });

  it("by a lost answer may be sent once more; the second time it is over for good", async () => {
    const renew = failing(reset);
    expect(await outcome({ renew })).toEqual({
      ended: "ok",
      requests: 1,
      held: false,
      asked: true,
      pause: null,
      seconds: null,
      health,
    });
    const over = { ...broken("answer_lost"), seconds: null };
    expect(await outcome({ renew, lost: 1 })).toEqual(over);
    expect(await outcome({ renew, lost: 2 })).toEqual({ ...over, requests: 0 });
  });

  it("by a lost answer where nothing is used up is tried again after 15 seconds, however often", async () => {
    const pause = { ...ended, ended: "connection_reset", pause: "connection_reset", seconds: 15, health };
    for (const lost of [0, 2])
      expect(await outcome({ renew: failing(reset), lost, refreshToken: null })).toEqual(pause);
  });

  it.each(["credential_rejected", "permission_missing"] as const)(
    "by %s breaks the connection for five minutes, or for good after a lost answer",
    async (code) => {
      const renew = failing(fault(code, "token_revoked"));
      const refused = { ...broken("token_revoked"), seconds: 300 };
      expect(await outcome({ renew })).toEqual(refused);
      expect(await outcome({ renew, lost: 1, refreshToken: null })).toEqual(refused);
      expect(await outcome({ renew, lost: 1 })).toEqual({ ...broken("answer_lost"), seconds: null });
    },
  );

  it("because nobody has authorized it yet leaves the connection pending", async () => {
    const renew = failing(fault("permission_missing", "app_not_installed"));
    expect(await outcome({ renew })).toMatchObject({ health: ["pending", "app_not_installed"] });
  });

  it("by a limit is not sent again before its end: at least 15 seconds, at most 15 minutes", async () => {
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now());
    const seconds: (number | null | undefined)[] = [];
    for (const wait of [5, 60, 3_600]) {
      const retryAt = new Date(Date.now() + wait * 1000);
      seconds.push((await outcome({ renew: failing(fault("rate_limited", "limited", retryAt)) })).seconds);
    }
    clock.mockRestore();
    expect(seconds).toEqual([15, 60, 900]);
  });

  it.each([
    ["unavailable", "connection_reset", true],
    ["unavailable", "host_timeout", true],
    ["bad_response", "body_cut_short", true],
    ["unavailable", "cancelled", true],
    ["unavailable", "host_no_answer", true],
    ["unavailable", "connection_refused", false],
    ["conflict", "cancelled", false],
  ] as const)("with %s %s counts as lost: %s", (code, reason, expected) => {
    expect(isLost(fault(code, reason))).toBe(expected);
  });
});

describe("the lease of a token request", () => {
  const until = (gitProviderId: string, seconds: number) =>
    pool().query(
      `UPDATE "git_provider" SET "renewalHeldUntil" = now() + make_interval(secs => $2) WHERE "gitProviderId" = $1`,
      [gitProviderId, seconds],
    );
  const first: Pick<Lease, "credentialVersion" | "renewalVersion"> = {
    credentialVersion: 1,
    renewalVersion: 0,
  };

  it("lasts forty seconds, and one of more than eighty is not believed", async () => {
    const { gitProviderId } = await held();
    const { rows } = await pool().query(
      `SELECT extract(epoch FROM "renewalHeldUntil" - "renewalAskedAt")::float8 AS "seconds"
       FROM "git_provider" WHERE "gitProviderId" = $1`,
      [gitProviderId],
    );
    expect(rows).toEqual([{ seconds: 40 }]);
    await until(gitProviderId, 70);
    expect([(await readRenewal(gitProviderId))?.held, await takeLease(gitProviderId, first)]).toEqual([
      true,
      null,
    ]);
    await until(gitProviderId, 81);
    expect((await readRenewal(gitProviderId))?.held).toBe(false);
    expect(await takeLease(gitProviderId, first)).not.toBeNull();
  });

  it("is let go after an answer that says nothing of the token: none counts as lost", async () => {
    const { gitProviderId, lease } = await held();
    await releaseUnused(lease);
    expect((await readRenewal(gitProviderId))?.held).toBe(false);
    expect(await takeLease(gitProviderId, first)).toMatchObject({ lost: 0 });
  });

  it("begins anew with a new credential", async () => {
    const { gitProviderId } = await held({ lost: 2 });
    await db().gitProvider.update({ where: { gitProviderId }, data: newCredential() });
    const lease = await takeLease(gitProviderId, { credentialVersion: 2, renewalVersion: 0 });
    expect(lease).toMatchObject({ lost: 0 });
  });

  it("ignores a pause that a newer version of Slipway wrote", async () => {
    const { gitProviderId } = await held();
    const pause = { credentialVersion: 1, reason: { code: "x" }, until: null };
    for (const [code, known] of [
      ["unavailable", true],
      ["from_the_future", false],
    ] as const) {
      const renewalPause = { ...pause, fault: code };
      await db().gitProvider.update({ where: { gitProviderId }, data: { renewalPause } });
      expect((await readRenewal(gitProviderId))?.pause !== null).toBe(known);
    }
    expect(await readRenewal(newId())).toBeNull();
  });
});
