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
import type { CreatedGitProvider, GitProvider, RefPage } from "@/features/git-provider/contract";
import type { ResolvedRepository } from "@/features/repository/contract";
import { seedRepository } from "@/git/seed-repository";
import { newId } from "@/lib/id";
import type { Report } from "@/providers/connection/report";

testDatabase();

let owner: TestMember;
let root: string;
let host: SshHost;
const authorized: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "slipway-ssh-host-"));
  await seedRepository(path.join(root, "acme/site.git"), {
    commits: [{ message: "One", files: { "index.html": "hi" } }],
  });
});

beforeAll(() => void said.splice(0));
beforeEach(async () => {
  owner = await testMember(await testOrganization(), "owner");
  host = await serveSsh({ root, authorized });
  reachSsh(host.port);
});

afterEach(async () => {
  authorized.length = 0;
  await host.close();
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
  expect(said.filter((text) => text.includes("PRIVATE KEY"))).toEqual([]);
});

const at = (place = "/acme/site.git") => `ssh://git@localhost:${host.port}${place}`;
const create = (fields: Record<string, unknown> = {}) =>
  call<CreatedGitProvider>(owner.caller, "git.create", { name: `Git ${newId()}`, gitUrl: at(), ...fields });
const read = ({ gitProviderId }: GitProvider) =>
  call<GitProvider>(owner.caller, "gitProvider.one", { gitProviderId });
const test = (gitId: unknown) => call<Report>(owner.caller, "git.testConnection", { gitId });
const checkOf = (report: Report, id: string) => report.checks.find((check) => check.id === id);

/** A new connection whose public half was added on the server. */
async function connected(): Promise<CreatedGitProvider> {
  const made = await create();
  authorized.push(String(made.git?.publicKey));
  return made;
}

describe("a provider over SSH", () => {
  it("gets a key of its own, of which only the public half is ever shown", async () => {
    const made = await create({ publicKey: "ssh-ed25519 AAAAfake" });
    expect(made).toMatchObject({ authMethod: "ssh", git: { hasPrivateKey: true, hostKeys: null } });
    expect(made.git?.publicKey).toMatch(/^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5/);
    expect(Object.keys(made.git ?? {})).not.toContain("privateKey");
  });

  it("says which key to add where, and works once it is there", async () => {
    const made = await create();
    const before = await test(made.git?.gitId);
    expect(before.ok).toBe(false);
    expect(checkOf(before, "credential")).toMatchObject({ status: "fail" });
    expect(JSON.stringify(checkOf(before, "credential"))).toContain(made.git?.publicKey);
    expect(checkOf(before, "tls")).toMatchObject({ label: "Host key", status: "warn" });
    authorized.push(String(made.git?.publicKey));
    const after = await test(made.git?.gitId);
    expect(after.ok).toBe(true);
    for (const id of ["address", "dns", "tls", "reachable", "credential", "gitRead"])
      expect(checkOf(after, id)?.status).toBe("pass");
    expect((await read(made)).health.state).toBe("ok");
  });

  it("pins the host key at the first connection, without a new credential version", async () => {
    const made = await connected();
    const version = () =>
      db().gitProvider.findUniqueOrThrow({
        where: { gitProviderId: made.gitProviderId },
        select: { credentialVersion: true },
      });
    const before = await version();
    const { items } = await call<RefPage>(owner.caller, "git.branches", {
      gitId: made.git?.gitId,
      url: at(),
    });
    expect(items.map((ref) => ref.name)).toEqual(["main"]);
    expect((await read(made)).git?.hostKeys).toMatch(/^\[localhost\]:\d+ ssh-ed25519 \S+ SHA256:\S+$/);
    expect(await version()).toEqual(before);
  });

  it("refuses a server whose key has changed, until a person trusts the new one", async () => {
    const made = await connected();
    expect((await test(made.git?.gitId)).ok).toBe(true);
    const { port } = host;
    await host.close();
    host = await serveSsh({ root, authorized, port });
    const { gitId } = made.git ?? {};
    const fault = await faultOfCall(owner.caller, "git.branches", { gitId, url: at() });
    expect(fault.reason.code).toBe("ssh_host_key_changed");
    expect(fault.message.match(/SHA256:/g)).toHaveLength(2);
    const report = await test(gitId);
    expect(checkOf(report, "tls")).toMatchObject({ label: "Host key", status: "fail" });
    expect(checkOf(report, "credential")?.detail).toBe("Not tried, because this failed: Host key.");
    expect(host.signIns).toEqual([]);
    await call(owner.caller, "git.update", { gitId, hostKeys: "" });
    expect((await test(gitId)).ok).toBe(true);
  });

  it("gets a new key when one is requested or the address changes, and keeps it otherwise", async () => {
    const made = await create();
    const { gitId, publicKey } = made.git ?? {};
    const change = async (fields: Record<string, unknown>) =>
      (await call<GitProvider>(owner.caller, "git.update", { gitId, ...fields })).git?.publicKey;
    expect(await change({ description: "Ours" })).toBe(publicKey);
    const second = await change({ privateKey: "generate" });
    expect(second).not.toBe(publicKey);
    const third = await change({ gitUrl: at("/acme") });
    expect(third).toMatch(/^ssh-ed25519 /);
    expect(third).not.toBe(second);
  });

  it("gets an RSA key where the host accepts nothing else", async () => {
    const made = await create({ gitUrl: "git@ssh.dev.azure.com:v3/acme/web/site" });
    expect(made.git?.publicKey).toMatch(/^ssh-rsa /);
  }, 60_000);

  it.each([
    [
      { privateKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO" },
      "public half",
    ],
    [{ privateKey: "nonsense" }, "cannot be read"],
    [{ gitUrl: "https://git.example.com/a.git", authMethod: "ssh" }, "address of SSH only"],
    [{ authMethod: "https", password: "x" }, "Choose the method with a key"],
    [{ gitUrl: "ssh://git@-oProxyCommand=id/a" }, ""],
    [{ hostKeys: "elsewhere ssh-ed25519 AAAA" }, "host keys"],
  ])("refuses %j with a message at the field", async (fields, words) => {
    const fault = await faultOfCall(owner.caller, "git.create", { name: newId(), gitUrl: at(), ...fields });
    expect(fault.code).toBe("invalid_input");
    expect(JSON.stringify(fault.issues)).toContain(words);
  });

  it("is tested before it is saved without making a key that would be lost", async () => {
    const report = await call<Report>(owner.caller, "git.testConnection", { gitUrl: at() });
    expect(report.ok).toBe(true);
    expect(checkOf(report, "credential")).toMatchObject({ status: "skip" });
    expect(checkOf(report, "tls")?.detail).toContain("SHA256:");
    expect(host.signIns).toEqual([]);
  });

  it("is tested without making a key when the fields ask to generate one", async () => {
    const { git } = await connected();
    const asked = { privateKey: "generate" };
    for (const fields of [
      { gitUrl: at() },
      { gitId: git?.gitId },
      { gitId: git?.gitId, gitUrl: at("/other.git") },
    ]) {
      const report = await call<Report>(owner.caller, "git.testConnection", { ...fields, ...asked });
      expect(checkOf(report, "credential")).toMatchObject({ status: "skip" });
      expect(report.summary).toMatch(/made when you save/);
    }
    expect(host.signIns).toEqual([]);
    expect((await test(git?.gitId)).ok).toBe(true);
  });

  it("does not claim a working credential for an address that is only a folder", async () => {
    const made = await create({ gitUrl: at("/acme") });
    authorized.push(String(made.git?.publicKey));
    const report = await test(made.git?.gitId);
    expect(checkOf(report, "credential")).toMatchObject({ status: "warn" });
    expect(report.summary).toContain("Nothing was verified");
  });

  it("is matched by repository URLs of its own host only", async () => {
    const made = await connected();
    const found = await call<ResolvedRepository>(owner.caller, "repository.resolve", { url: at() });
    expect(found).toMatchObject({ fullName: at(), url: at(), chosen: { gitProviderId: made.gitProviderId } });
    const { gitId } = made.git ?? {};
    const elsewhere = await faultOfCall(owner.caller, "git.branches", {
      gitId,
      url: at("/acme-evil/site.git"),
    });
    expect(elsewhere.reason.code).toBe("url_elsewhere");
  });
});

it("passes the test for the address of a whole server, says that no repository was read, and is not broken", async () => {
  const made = await create({ gitUrl: `ssh://git@localhost:${host.port}` });
  authorized.push(String(made.git?.publicKey));
  const report = await test(made.git?.gitId);
  expect(report).toMatchObject({ ok: true, summary: expect.stringContaining("a folder of repositories") });
  expect((await read(made)).health.state).toBe("warning");
});
