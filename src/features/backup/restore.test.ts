import { randomBytes } from "node:crypto";
import { Readable, Writable } from "node:stream";
import { createTestDatabase, databaseUrl, testDatabase, testEnv } from "@test/kit/database";
import { testKey, testMember, testOrganization, testOrigin } from "@test/kit/member";
import { reachInMemory } from "@test/kit/provider-api";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nobody, writeAuditAlone } from "@/access/audit";
import type { Caller } from "@/access/caller";
import { closeDatabase, connectionString, db, setDatabase, transaction } from "@/db/client";
import { dropDatabase } from "@/db/create-database";
import { verifyKeys } from "@/db/key-check";
import { markAudit, sealAudit } from "@/features/audit/seal";
import { verify } from "@/features/audit/verify";
import { linesOf } from "@/features/backup/lines";
import { backupMac } from "@/features/backup/mac";
import { restoreBackup } from "@/features/backup/restore";
import { writeBackup } from "@/features/backup/write";
import { recoverMissed } from "@/features/delivery/recover/missed";
import { pollDue } from "@/features/delivery/recover/poll";
import { deployScheduled } from "@/features/environment/schedule";
import { reconcilePreviews } from "@/features/preview/reconcile";
import { writeComments } from "@/features/preview/write-comments";
import { ensure } from "@/features/webhook/ensure";
import { planAllHooks } from "@/features/webhook/plan";
import { careForDueHooks, noticeAddressChange } from "@/features/webhook/round";
import { setEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { open, seal } from "@/lib/seal";

testDatabase();

const odd = 'tab\t, line\nfeed, back\\slash, \\. and \u2028 in "one" name';
const secret = "glpat-secret-3b6a90";
let backup = "";
let first = "";
let caller: Caller;
let second: { server: string; name: string } | null = null;

function contextOf(ids: { organizationId: string; gitProviderId: string; gitlabId: string }) {
  const { organizationId, gitProviderId, gitlabId: rowId } = ids;
  const bound = [organizationId, gitProviderId, "https://gitlab.com", null];
  return { table: "gitlab", column: "accessToken", rowId, bound };
}

beforeEach(async () => {
  first = connectionString();
  await verifyKeys();
  const organizationId = await testOrganization(odd);
  const owner = await testMember(organizationId, "owner");
  caller = owner.caller;
  await testKey(owner);
  const gitProviderId = newId();
  const gitlabId = newId();
  await db().gitProvider.create({
    data: {
      gitProviderId,
      organizationId,
      name: "GitLab",
      providerType: "gitlab",
      authMethod: "token",
      health: {},
    },
  });
  const accessToken = seal(secret, contextOf({ organizationId, gitProviderId, gitlabId }));
  await db().gitlab.create({
    data: { gitlabId, gitProviderId, gitlabUrl: "https://gitlab.com", accessToken },
  });
  await deployment(organizationId, gitProviderId);
  backup = await written();
});

afterEach(async () => {
  await closeDatabase();
  setDatabase(first, { poolSize: 5 });
  if (second) await dropDatabase(second.server, second.name);
  second = null;
  await db().organization.deleteMany();
  await db().user.deleteMany();
  await db().instance.deleteMany();
});

async function deployment(organizationId: string, gitProviderId: string): Promise<void> {
  const { applicationId } = await db().application.create({
    data: {
      organizationId,
      gitProviderId,
      name: "site",
      slug: newId(),
      repositoryFullName: "acme/site",
      repositoryUrl: "https://gitlab.com/acme/site",
    },
  });
  const { environmentId } = await db().environment.create({
    data: { organizationId, applicationId, name: "production", branch: "main", site: newId() },
  });
  const { deploymentId } = await db().deployment.create({
    data: {
      organizationId,
      applicationId,
      environmentId,
      ref: "main",
      trigger: "manual",
      status: "running",
      steps: [],
    },
  });
  await db().environment.update({ where: { environmentId }, data: { currentDeploymentId: deploymentId } });
}

async function written(): Promise<string> {
  const parts: Buffer[] = [];
  const out = new Writable({
    highWaterMark: 16,
    write: (chunk, _encoding, done) => done(void parts.push(chunk)),
  });
  await writeBackup(out);
  return Buffer.concat(parts).toString();
}

async function toEmpty(): Promise<void> {
  second = await createTestDatabase();
  await closeDatabase();
  setDatabase(databaseUrl(second.server, second.name), { poolSize: 5 });
}

const restored = (text: string) => restoreBackup(Readable.from([Buffer.from(text)]));

/** The same lines with a MAC that fits them, as only the instance itself can make one. */
function signed(text: string): string {
  const lines = text.trimEnd().split("\n").slice(0, -1);
  const mac = backupMac();
  for (const line of lines) mac.update(line);
  return `${[...lines, JSON.stringify({ mac: mac.digest() })].join("\n")}\n`;
}

describe("a restored backup", () => {
  it("has every row, opens its secrets, and shows running deployments as cancelled", async () => {
    await toEmpty();
    const counts = await restored(backup);
    expect(counts).toMatchObject({ organization: 1, gitlab: 1, api_key: 1, deployment: 1, instance: 1 });
    expect(await db().organization.findFirstOrThrow()).toMatchObject({ name: odd });
    const { accessToken, ...ids } = await db().gitlab.findFirstOrThrow();
    const { organizationId } = await db().gitProvider.findFirstOrThrow();
    expect(open(accessToken ?? "", contextOf({ organizationId, ...ids }))).toBe(secret);
    expect(await db().deployment.findFirstOrThrow()).toMatchObject({
      status: "cancelled",
      reasonCode: "restored",
    });
    expect(await db().session.count()).toBe(0);
    await verifyKeys();
  });

  it("still refuses references across organizations", async () => {
    await toEmpty();
    await restored(backup);
    const organizationId = await testOrganization("Other");
    const { environmentId } = await db().environment.findFirstOrThrow();
    await expect(
      db().environmentVariable.create({ data: { organizationId, environmentId, name: "A", value: "x" } }),
    ).rejects.toThrow();
  });
});

describe("the webhooks of a restored backup", () => {
  async function addHooks(): Promise<void> {
    const { organizationId, gitProviderId, applicationId } = await db().application.findFirstOrThrow();
    const [early, of] = [new Date(0), { organizationId, applicationId }];
    const standing = { trigger: "push", schedule: "0 3 * * *", scheduleDueAt: early };
    await db().environment.updateMany({ data: standing });
    const preview = { kind: "preview", name: "pr-7", site: newId(), branch: "x", requestNumber: 7 };
    await db().environment.create({ data: { ...of, ...preview } });
    await db().previewComment.create({ data: { ...of, requestNumber: 7, commentId: "1", dueAt: early } });
    const hook = { mode: "hook", hostHookId: "1", url: "https://live.example.com/api/gitlab/webhook/w1" };
    const due = { checkDueAt: early, pollDueAt: early, missedSince: early, credentialVersion: 99 };
    const repository = { repositoryFullName: "acme/site", repositoryId: "https://gitlab.com/acme/site" };
    const needs = ["push", "repository"];
    await db().webhook.create({
      data: { organizationId, gitProviderId, ...repository, ...hook, ...due, needs },
    });
  }

  async function runRounds(): Promise<number[]> {
    await noticeAddressChange();
    await planAllHooks();
    const rounds = [
      careForDueHooks,
      pollDue,
      recoverMissed,
      reconcilePreviews,
      writeComments,
      deployScheduled,
    ];
    const counts: number[] = [];
    for (const round of rounds) counts.push(await round());
    return counts;
  }

  it("are left to the instance it was made of until a person takes them over", async () => {
    await addHooks();
    backup = await written();
    await toEmpty();
    await restored(backup);
    const { requests } = reachInMemory(async () => new Response("down", { status: 503 }));
    const before = await db().webhook.findFirstOrThrow();
    expect(before).toMatchObject({ state: "broken", reasonCode: "webhook_restored", pollDueAt: null });
    expect(await runRounds()).toEqual([0, 0, 0, 0, 0, 0]);
    expect([await db().webhook.findFirstOrThrow(), requests]).toEqual([before, []]);
    await ensure(caller, {});
    expect((await db().webhook.findFirstOrThrow()).reasonCode).not.toBe("webhook_restored");
    expect(await deployScheduled()).toBe(1);
  });
});

describe("the restore into an instance that was already started", () => {
  const told = (action: string) =>
    writeAuditAlone({ actor: nobody, origin: testOrigin, action, result: "failed" });
  const sealed = async () => {
    const mark = await markAudit();
    await expect.poll(async () => mark && sealAudit(mark), { timeout: 10_000 }).toBeGreaterThan(0);
  };

  it("appends the instance's own audit events to those of the backup, in one sealed chain", async () => {
    for (const action of ["old.one", "old.two"]) await told(action);
    await sealed();
    backup = await written();
    await toEmpty();
    for (const action of ["set.up", "set.up.again"]) await told(action);
    await sealed();
    await restored(backup);
    const events = await db().auditEvent.findMany({ orderBy: { auditEventId: "asc" } });
    expect(events.map(({ action }) => action).slice(-4)).toEqual([
      "old.one",
      "old.two",
      "set.up",
      "set.up.again",
    ]);
    await told("after");
    await sealed();
    expect(await verify({}, null)).toMatchObject({ ok: true, events: events.length + 1 });
    await expect(db().auditEvent.deleteMany()).rejects.toThrow();
  });

  it("fails when someone sets the instance up at the same moment", async () => {
    await toEmpty();
    let filling: Promise<unknown> = Promise.resolve();
    await transaction(async (tx) => {
      await tx.organization.create({ data: { name: "First" } });
      filling = restored(backup).catch((error: unknown) => error);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    });
    expect(await filling).toMatchObject({ reason: { code: "restore_not_empty" } });
    expect(await db().organization.count()).toBe(1);
  });
});

describe("the restore of a backup of an older version", () => {
  it("fills the columns of that version and gives new columns their defaults", async () => {
    await toEmpty();
    const lines = backup.split("\n");
    const at = lines.findIndex((each) => each.startsWith('{"table":"deployment",'));
    const heading = JSON.parse(lines[at] ?? "") as { table: string; columns: string[] };
    const place = heading.columns.indexOf("tries");
    lines[at] = JSON.stringify({ ...heading, columns: heading.columns.filter((name) => name !== "tries") });
    lines[at + 1] = (lines[at + 1] ?? "")
      .split("\t")
      .filter((_, cell) => cell !== place)
      .join("\t");
    const [first = "", ...rest] = lines;
    const known = JSON.parse(first) as { migrations: string[] };
    const older = JSON.stringify({ ...known, migrations: known.migrations.slice(0, 1) });
    expect(await restored(signed([older, ...rest].join("\n")))).toMatchObject({ deployment: 1 });
    expect((await db().deployment.findFirstOrThrow()).tries).toBe(0);
  });
});

describe("a backup", () => {
  it("holds no secret in clear, no key and no session", () => {
    expect(backup).not.toContain(secret);
    expect(backup).not.toMatch(/"table":"session"/);
    expect(backup).toContain("v1:test:");
  });

  it("can be restored into an empty instance only", async () => {
    await expect(restored(backup)).rejects.toMatchObject({ reason: { code: "restore_not_empty" } });
  });

  it("is refused as a whole without the keys it was sealed with", async () => {
    await toEmpty();
    setEnv(testEnv({ SLIPWAY_ENCRYPTION_KEYS: `other:${randomBytes(32).toString("base64")}` }));
    await expect(restored(backup)).rejects.toMatchObject({ reason: { code: "keys_do_not_fit" } });
    expect(await db().organization.count()).toBe(0);
  });

  it("is refused as a whole when it is cut anywhere, changed, or from a newer version", async () => {
    await toEmpty();
    const lines = backup.split("\n");
    const cut = [0, 1, 2, Math.floor(lines.length / 2), lines.length - 2].map((at) =>
      lines.slice(0, at).join("\n"),
    );
    const fewer = backup.replace(/^.*Acme.*$/m, "").replace(/^GitLab.*$/m, "");
    const strange = [
      "",
      "{}",
      backup.replace('"table":"user"', '"table":"session"'),
      backup.replace("acme/site", "a\tb\tc"),
    ];
    for (const text of [...cut, ...strange, fewer.slice(0, -30)])
      await expect(restored(text)).rejects.toMatchObject({ reason: { code: "backup_damaged" } });
    const newer = backup.replace('"migrations":[', '"migrations":["29990101000000_later",');
    await expect(restored(newer)).rejects.toMatchObject({ reason: { code: "backup_newer" } });
    expect(await db().organization.count()).toBe(0);
    expect((await restored(backup)).organization).toBe(1);
  });
});

describe("a backup that was edited", () => {
  const edits: [string, (text: string) => string][] = [
    [
      "with the hash of another API key",
      (text) => text.replace(/[0-9a-f]{64}|[\w-]{43}(?=\t)/, (hash) => hash.split("").reverse().join("")),
    ],
    [
      "with another address of a provider",
      (text) => text.replace("https://gitlab.com", "https://gitlab.bad"),
    ],
    ["with another name", (text) => text.replace("GitLab", "GitLub")],
    ["with a line behind its MAC", (text) => `${text}{}\n`],
    ["without its MAC", (text) => `${text.trimEnd().split("\n").slice(0, -1).join("\n")}\n`],
  ];

  it.each(edits)("is refused as a whole %s", async (_, edit) => {
    await toEmpty();
    const edited = edit(backup);
    expect(edited).not.toBe(backup);
    const refused = await restored(edited).catch((error: unknown) => error);
    expect(refused).toMatchObject({ reason: { code: expect.stringMatching(/^backup_(changed|damaged)$/) } });
    expect([await db().organization.count(), await db().apiKey.count()]).toEqual([0, 0]);
    expect((await restored(backup)).organization).toBe(1);
  });

  it("is reported as changed, not as cut off", async () => {
    await toEmpty();
    await expect(restored(backup.replace("GitLab", "GitLub"))).rejects.toMatchObject({
      reason: { code: "backup_changed" },
    });
  });

  it("is refused when its MAC was made with an unknown key", async () => {
    await toEmpty();
    const forged = backup.replace(/"keyId":"[^"]*"/, '"keyId":"foreign"');
    await expect(restored(forged)).rejects.toMatchObject({ reason: { code: "keys_do_not_fit" } });
  });
});

it("reading a backup stops at a line that is too long, before that is in memory", async () => {
  async function* endless() {
    for (;;) yield Buffer.alloc(64, "x");
  }
  const read = async () => {
    for await (const line of linesOf(endless(), 1_000)) expect(line).toBe("never");
  };
  await expect(read()).rejects.toMatchObject({ reason: { code: "backup_damaged" } });
});

it("reading a backup gives the same lines however the stream is split", async () => {
  const line = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\n", " "));
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
      async (lines, size) => {
        const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(""));
        const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        );
        const read: string[] = [];
        for await (const each of linesOf(Readable.from(parts))) read.push(each);
        expect(read).toEqual(lines.map((each) => Buffer.from(each).toString()));
      },
    ),
  );
});
