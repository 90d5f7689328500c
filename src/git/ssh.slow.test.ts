import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { closeAll, freshFolder } from "@test/kit/git-host";
import { type SshHost, type SshHostOptions, serveSsh } from "@test/kit/ssh-host";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkout } from "@/git/checkout";
import { git } from "@/git/command";
import { readHostKeys, tidyHostKeys, writeHostKeys } from "@/git/known-hosts";
import { lsRemote } from "@/git/ls-remote";
import { withCommit } from "@/git/mirror";
import { seedRepository } from "@/git/seed-repository";
import { generateSshKey, readSshKey, type SshKey } from "@/git/ssh-key";
import { scanHostKeys } from "@/git/ssh-scan";
import { asFault, type Fault } from "@/lib/fault";
import { parseAllowList } from "@/lib/outbound/allow-list";
import type { Network } from "@/lib/outbound/target";
import { messageOf } from "@/lib/reason";

const hosts: SshHost[] = [];

// What git leaves behind is looked for in a folder that no other test uses.
const temporary = mkdtempSync(path.join(os.tmpdir(), "slipway-tmp-"));
beforeEach(() => void vi.stubEnv("TMPDIR", temporary));
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => rmSync(temporary, { recursive: true }));

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  await closeAll();
});

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  return work.then(
    () => expect.fail("it worked"),
    (error: unknown) => asFault(error),
  );
}

/** Shorter than those that are generated, and made in a fraction of the time. */
function shortRsaKey(): SshKey {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return readSshKey(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
}

async function setUp(options: Partial<SshHostOptions> = {}, kind: "ed25519" | "rsa" = "ed25519") {
  const folder = await freshFolder();
  const root = path.join(folder, "host");
  const ids = await seedRepository(path.join(root, "acme/site.git"), {
    commits: [{ message: "One", files: { "index.html": "over ssh" } }],
    tags: { v1: 0 },
  });
  const key = kind === "rsa" ? shortRsaKey() : await generateSshKey(kind);
  const host = await serveSsh({ root, authorized: [key.publicKey], ...options });
  hosts.push(host);
  const network: Network = {
    allow: parseAllowList(`localhost:${host.port}`),
    lookup: async () => ["127.0.0.1"],
  };
  const hostKeys = writeHostKeys(await scanHostKeys({ host: "localhost", port: host.port }, network));
  const at = (place = "/acme/site.git", own: SshKey = key, keys = hostKeys) => ({
    url: host.url + place,
    credential: null,
    ssh: { privateKey: own.pem, hostKeys: keys },
  });
  return { folder, ids, key, host, network, hostKeys, at };
}

function leftovers(): string[] {
  return readdirSync(os.tmpdir()).filter((name) => name.startsWith("slipway-ssh-"));
}

/** A process may end while it is looked at. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

describe("a repository over SSH", () => {
  test.each(["ed25519", "rsa"] as const)("is read with a key of %s", async (kind) => {
    const { at, network, ids, host } = await setUp({}, kind);
    const before = leftovers();
    const refs = await lsRemote(at(), { network });
    expect(refs).toMatchObject({
      defaultBranch: "main",
      branches: [{ sha: ids[0] }],
      tags: [{ name: "v1" }],
    });
    expect(host.commands).toEqual(["git-upload-pack '/acme/site.git'"]);
    expect(leftovers()).toEqual(before);
  });

  test("is fetched through the mirror and checked out", async () => {
    const { at, network, ids, folder } = await setUp();
    const into = path.join(folder, "out");
    const request = { folder: path.join(folder, "mirror"), remote: at(), sha: ids[0] ?? "", network };
    await withCommit(request, (gitDir) => checkout(gitDir, ids[0] ?? "", into));
    expect(readFileSync(path.join(into, "index.html"), "utf8")).toBe("over ssh");
  });

  test("never shows the key in a file, an argument or a variable of the processes", async () => {
    const seen: string[] = [];
    const look = () => {
      for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        for (const part of ["cmdline", "environ"]) {
          seen.push(textOf(`/proc/${pid}/${part}`));
        }
      }
      for (const name of leftovers()) {
        const folder = path.join(os.tmpdir(), name);
        for (const file of readdirSync(folder).filter((each) => each !== "agent"))
          seen.push(readFileSync(path.join(folder, file), "latin1"));
      }
    };
    const { at, network, key } = await setUp({
      instead: (channel) => {
        look();
        channel.exit(1);
        channel.end();
      },
    });
    await faultOf(lsRemote(at(), { network }));
    expect(seen.some((text) => text.includes("IdentityAgent"))).toBe(true);
    const secret = key.pem.split("\n")[1] ?? "";
    expect(secret.length).toBeGreaterThan(40);
    expect(seen.filter((text) => text.includes(secret.slice(-30)) || text.includes("PRIVATE KEY"))).toEqual(
      [],
    );
  });
});

describe("a failure over SSH", () => {
  test("is a rejected credential when the server does not know the key", async () => {
    const { at, network } = await setUp();
    const other = await generateSshKey("ed25519");
    const fault = await faultOf(lsRemote(at("/acme/site.git", other), { network }));
    expect(fault).toMatchObject({ code: "credential_rejected", reason: { code: "ssh_key_refused" } });
    expect(messageOf(fault.reason)).toContain(other.publicKey);
    expect(messageOf(fault.reason)).not.toContain("PRIVATE");
  });

  test("is a missing repository when git itself says so", async () => {
    const { at, network } = await setUp();
    const fault = await faultOf(lsRemote(at("/acme/gone.git"), { network }));
    expect([fault.code, fault.reason.code]).toEqual(["not_found", "git_repository_missing"]);
  });

  test.each([
    "ERROR: Repository not found.",
    "ERROR: The project you were looking for could not be found or you don't have permission to view it.",
    "Gitea: Repository does not exist",
    "conq: repository does not exist.",
    "repository access denied. deployment key is not associated with the requested repository.",
    "remote: TF401019: The Git repository with name or identifier x does not exist",
  ])("is a missing repository when the host says %j", async (text) => {
    const { at, network } = await setUp({
      instead: (channel) => {
        channel.stderr.write(`${text}\n`);
        channel.exit(128);
        channel.end();
      },
    });
    expect((await faultOf(lsRemote(at(), { network }))).reason.code).toBe("git_repository_missing");
  });

  test("is a changed host key, with both fingerprints and nothing sent", async () => {
    const first = await setUp();
    await hosts.pop()?.close();
    const next = await serveSsh({
      root: first.folder,
      authorized: [first.key.publicKey],
      port: first.host.port,
    });
    hosts.push(next);
    const fault = await faultOf(lsRemote(first.at(), { network: first.network }));
    expect([fault.code, fault.reason.code]).toEqual(["address_refused", "ssh_host_key_changed"]);
    const pinned = readHostKeys(first.hostKeys).length;
    expect(pinned).toBe(1);
    expect(messageOf(fault.reason).match(/ED25519 SHA256:/g)).toHaveLength(2);
    expect(next.signIns).toEqual([]);
    expect(next.commands).toEqual([]);
  });

  test("is no changed host key when the server only claims that its key has changed", async () => {
    const { at, network } = await setUp({
      instead: (channel) => {
        channel.stderr.write("Host key verification failed.\n");
        channel.exit(1);
        channel.end();
      },
    });
    expect((await faultOf(lsRemote(at(), { network }))).reason.code).not.toBe("ssh_host_key_changed");
  });

  test("is a missing host key when none is pinned, which is never trusted silently", async () => {
    const { at, network, key, host } = await setUp();
    const fault = await faultOf(lsRemote(at("/acme/site.git", key, ""), { network }));
    expect(fault.reason.code).toBe("ssh_host_key_changed");
    expect(host.signIns).toEqual([]);
  });

  test("is a time-out when the server never starts git", async () => {
    const { at, network } = await setUp({ instead: () => undefined });
    const fault = await faultOf(lsRemote(at(), { network, deadlineMs: 800 }));
    expect(fault.reason.code).toBe("git_timeout");
  });

  test("is bounded when the server sends endless banners and lines", async () => {
    const flood = "noise ".repeat(200);
    const { at, network } = await setUp({
      banner: `${flood}\n`.repeat(20),
      instead: (channel) => {
        for (let line = 0; line < 2000; line++) channel.stderr.write(`${flood}\n`);
        channel.exit(1);
        channel.end();
      },
    });
    const fault = await faultOf(lsRemote(at(), { network, deadlineMs: 10_000 }));
    expect([fault.code, fault.reason.code]).toEqual(["permission_missing", "git_refused"]);
    expect(JSON.stringify(fault.reason).length).toBeLessThan(2_000);
  });
});

describe("the scan of the host keys of an SSH server", () => {
  const place = (port: number) => ({ host: "localhost", port });
  const open = (port: number): Network => ({
    allow: parseAllowList(`localhost:${port}`),
    lookup: async () => ["127.0.0.1"],
  });

  async function listen(onSocket: (socket: net.Socket) => void): Promise<number> {
    const server = net
      .createServer((socket) => onSocket(socket.on("error", () => socket.destroy())))
      .listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    hosts.push({ close: async () => void server.close() } as SshHost);
    return (server.address() as net.AddressInfo).port;
  }

  test("reports one key of each kind, without signing in", async () => {
    const { host, network } = await setUp({ hostKeys: ["ed25519", "rsa"] });
    const keys = await scanHostKeys(place(host.port), network);
    expect(keys.map((key) => key.type)).toEqual(["ssh-ed25519", "ssh-rsa"]);
    expect(host.signIns).toEqual([]);
    expect(tidyHostKeys(writeHostKeys(keys))).toBe(writeHostKeys(keys));
  });

  test.each([
    [
      "speaks HTTP",
      (socket: net.Socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
      "ssh_not_ssh",
    ],
    ["closes at once", (socket: net.Socket) => void socket.end(), "ssh_not_ssh"],
    ["talks for ever", (socket: net.Socket) => void socket.write("x".repeat(100_000)), "ssh_not_ssh"],
  ])("fails with its own reason when the server %s", async (_what, onSocket, reason) => {
    const port = await listen(onSocket);
    expect((await faultOf(scanHostKeys(place(port), open(port)))).reason.code).toBe(reason);
  });

  test("ends in time when the server is silent", async () => {
    const port = await listen(() => undefined);
    const fault = await faultOf(scanHostKeys(place(port), open(port)));
    expect(fault.reason.code).toBe("host_timeout");
  }, 8_000);

  test("fails at a closed port and at an address that may not be contacted", async () => {
    const port = await listen(() => undefined);
    await hosts.pop()?.close();
    expect((await faultOf(scanHostKeys(place(port), open(port)))).reason.code).toBe("connection_refused");
    const secretPlace = await faultOf(scanHostKeys(place(port), { ...open(port), allow: [] }));
    expect([secretPlace.code, secretPlace.reason.code]).toEqual(["address_refused", "address_private"]);
  });
});

test("a machine without the OpenSSH client is told what to install", async () => {
  const { at, network, host } = await setUp();
  // The folder with the parts of git, in which git itself is.
  vi.stubEnv("PATH", (await git(["--exec-path"])).toString().trim());
  const faults = [
    await faultOf(scanHostKeys({ host: "localhost", port: host.port }, network)),
    await faultOf(lsRemote(at(), { network })),
  ];
  vi.unstubAllEnvs();
  expect(faults.map(({ reason }) => reason.code)).toEqual(["ssh_missing", "ssh_missing"]);
  expect(faults[0]?.message).toContain("apt-get install openssh-client");
});
