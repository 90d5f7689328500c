import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, said } from "@test/kit/provider-api";
import { type SshHost, serveSsh } from "@test/kit/ssh-host";
import { reachSsh } from "@test/kit/ssh-transport";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import type {
  CreatedGitProvider,
  GitProvider,
  GitProviderDetail,
  RemovalReport,
  RestoreResult,
  RotateResult,
} from "@/features/git-provider/contract";
import { seedRepository } from "@/git/seed-repository";
import { newId } from "@/lib/id";
import type { Report } from "@/providers/connection/report";

testDatabase();

let owner: TestMember;
let root: string;
let host: SshHost;
let made: CreatedGitProvider;
const authorized: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "slipway-pending-key-"));
  await seedRepository(path.join(root, "acme/site.git"), {
    commits: [{ message: "One", files: { "index.html": "hi" } }],
  });
  host = await serveSsh({ root, authorized });
});

beforeAll(() => void said.splice(0));
beforeEach(async () => {
  owner = await testMember(await testOrganization(), "owner");
  reachSsh(host.port);
  made = await call(owner.caller, "git.create", { name: "Ours", gitUrl: at("/acme/site.git") });
  authorized.push(keyOf(made));
});

afterEach(() => {
  authorized.length = 0;
});

afterAll(async () => {
  await host.close();
  await rm(root, { recursive: true, force: true });
  expect(said.filter((text) => text.includes("PRIVATE KEY"))).toEqual([]);
});

const at = (place: string) => `ssh://git@localhost:${host.port}${place}`;
const keyOf = (provider: GitProvider) => String(provider.git?.publicKey);
const id = () => ({ gitProviderId: made.gitProviderId });
const gitId = () => made.git?.gitId;
const one = (who = owner) => call<GitProviderDetail>(who.caller, "gitProvider.one", id());
const rotate = (fields: object) =>
  call<RotateResult>(owner.caller, "gitProvider.rotate", { ...id(), ...fields });
const refusal = (fields: object) => faultOfCall(owner.caller, "gitProvider.rotate", { ...id(), ...fields });
const restore = () => call<RestoreResult>(owner.caller, "gitProvider.restore", id());
const update = (fields: object) =>
  call<GitProvider>(owner.caller, "git.update", { gitId: gitId(), ...fields });
const works = async () => (await call<Report>(owner.caller, "git.testConnection", { gitId: gitId() })).ok;

const make = { privateKey: "generate" };
async function generatePendingKey(): Promise<string> {
  const { pendingKey } = await rotate(make);
  return String(pendingKey?.fields.publicKey);
}

async function use(place: string): Promise<void> {
  const { organizationId, gitProviderId } = made;
  const repository = { repositoryFullName: at(place), repositoryUrl: at(place) };
  await db().application.create({
    data: { organizationId, gitProviderId, name: place, slug: newId(), ...repository },
  });
}

describe("a rotation to a pending key", () => {
  it("shows the new public key first, while the old key stays in use", async () => {
    const result = await rotate(make);
    expect(result).toMatchObject({ rotated: false, dryRun: false, repositories: [] });
    expect(result.pendingKey?.fields.publicKey).toMatch(/^ssh-ed25519 /);
    expect(Object.keys(result.pendingKey?.fields ?? {})).toEqual(["publicKey"]);
    const detail = await one();
    expect(detail.pendingKey).toEqual(result.pendingKey);
    expect(detail.previousCredential).toBeNull();
    expect(keyOf(detail)).toBe(keyOf(made));
    expect(keyOf(made)).not.toBe(result.pendingKey?.fields.publicKey);
    expect(await works()).toBe(true);
    const stored = await db().pendingKey.findMany({ where: id() });
    expect(stored.map(({ secrets }) => secrets.slice(0, 3))).toEqual(["v1:"]);
  });

  it("switches once the new public key was added, and keeps the old key so that it can be restored", async () => {
    await use("/acme/site.git");
    const publicKey = await generatePendingKey();
    authorized.push(publicKey);
    expect(await rotate({ pendingKey: "use", dryRun: true })).toMatchObject({ rotated: false, dryRun: true });
    expect((await one()).pendingKey).not.toBeNull();
    const result = await rotate({ pendingKey: "use" });
    expect(result).toMatchObject({ rotated: true, repositories: [{ reachable: true }] });
    const detail = await one();
    expect(detail).toMatchObject({ pendingKey: null, previousCredential: { authMethod: "ssh" } });
    expect(keyOf(detail)).toBe(publicKey);
    expect((await restore()).restored).toBe(true);
    expect(keyOf(await one())).toBe(keyOf(made));
  });

  it("keeps the old key while the new one is not on the server, and can be tried again", async () => {
    const publicKey = await generatePendingKey();
    const fault = await refusal({ pendingKey: "use" });
    expect(fault.reason.code).toBe("ssh_key_refused");
    expect(fault.message).toContain(publicKey);
    expect(await one()).toMatchObject({ previousCredential: null, pendingKey: { fields: { publicKey } } });
    expect(await works()).toBe(true);
    authorized.push(publicKey);
    expect((await rotate({ pendingKey: "use" })).rotated).toBe(true);
  });

  it("keeps the old key when a repository in use cannot be read with the new one", async () => {
    await use("/acme/gone.git");
    authorized.push(await generatePendingKey());
    const result = await rotate({ pendingKey: "use" });
    expect(result).toMatchObject({ rotated: false, repositories: [{ reachable: false }] });
    const detail = await one();
    expect(detail.pendingKey).not.toBeNull();
    expect(keyOf(detail)).toBe(keyOf(made));
  });

  it("replaces an earlier pending key, and discards it on request", async () => {
    const first = await generatePendingKey();
    const second = await generatePendingKey();
    expect(second).not.toBe(first);
    expect((await one()).pendingKey?.fields.publicKey).toBe(second);
    await rotate({ pendingKey: "discard" });
    expect((await one()).pendingKey).toBeNull();
    expect((await refusal({ pendingKey: "discard" })).reason.code).toBe("no_pending_key");
    expect((await refusal({ pendingKey: "use" })).reason.code).toBe("no_pending_key");
    expect(await works()).toBe(true);
  });

  it("is refused when there is no pending key", async () => {
    const fault = await refusal({ ...make, dryRun: true });
    expect(fault).toMatchObject({ code: "invalid_input", issues: [{ path: "privateKey" }] });
    expect((await one()).pendingKey).toBeNull();
  });

  it("shows the pending key only to those who manage the provider", async () => {
    await generatePendingKey();
    const member = await testMember(owner.organizationId, "developer");
    const members = [{ memberId: member.memberId, access: "use" }];
    await call(owner.caller, "gitProvider.setVisibility", { ...id(), visibility: "members", members });
    expect((await one(member)).pendingKey).toBeNull();
  });

  it("discards the pending key when the address changes", async () => {
    await generatePendingKey();
    await update({ description: "Ours" });
    expect((await one()).pendingKey).not.toBeNull();
    await update({ gitUrl: at("/acme") });
    expect((await one()).pendingKey).toBeNull();
  });

  it("names the pending key in the removal report, since it may be on the server", async () => {
    await generatePendingKey();
    const report = await call<RemovalReport>(owner.caller, "gitProvider.remove", id());
    expect(report.removed).toBe(true);
    expect(report.left.map(({ code }) => code)).toContain("pending_key_left");
    expect(await db().pendingKey.count({ where: id() })).toBe(0);
  });
});

describe("an SSH key that is replaced at once", () => {
  it("can be restored", async () => {
    const changed = await update(make);
    expect(keyOf(changed)).not.toBe(keyOf(made));
    expect((await restore()).restored).toBe(true);
    expect(keyOf(await one())).toBe(keyOf(made));
    expect(await works()).toBe(true);
  });

  it("can be restored after others that never worked", async () => {
    await works();
    await update(make);
    await update(make);
    expect(await works()).toBe(false);
    await update(make);
    expect((await restore()).restored).toBe(true);
    expect(keyOf(await one())).toBe(keyOf(made));
  });

  it("is not kept for another address", async () => {
    await update({ gitUrl: at("/acme") });
    expect((await one()).previousCredential).toBeNull();
  });
});

describe("the host's page for SSH keys", () => {
  it("is known for the address of a public host", async () => {
    expect((await one()).credentialPage).toBeUndefined();
    await update({ gitUrl: "git@github.com:acme/site.git" });
    expect((await one()).credentialPage).toBe("https://github.com/acme/site/settings/keys");
  });
});
