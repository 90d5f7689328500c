import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import path from "node:path";
import { createDeflate } from "node:zlib";
import { closeAll, hostWith, networkOf, serve, type TestHost } from "@test/kit/git-host";
import { afterEach, describe, expect, test, vi } from "vitest";
import { checkout } from "@/git/checkout";
import { withCommit } from "@/git/mirror";
import { gitHttpBackend } from "@/git/smart-http";
import { asFault } from "@/lib/fault";

afterEach(closeAll);

const credential = { username: "deploy", password: "secret-3f9a1c7e5b" };
const basic = Buffer.from(`${credential.username}:${credential.password}`).toString("base64");
const one = { commits: [{ message: "One", files: { "index.html": "one" } }] };

function clone(host: TestHost, remote = host.remote, extra: Partial<Parameters<typeof withCommit>[0]> = {}) {
  const [sha = ""] = host.ids;
  const into = path.join(host.folder, "work");
  const request = {
    folder: path.join(host.folder, "mirror/1.git"),
    remote,
    sha,
    network: host.network,
    ...extra,
  };
  return withCommit(request, (gitDir) => checkout(gitDir, sha, into));
}

describe("a hostile Git server", () => {
  test("cannot put the credential into the log through the lines that it prints", async () => {
    const lines: string[] = [];
    const host = await hostWith(one);
    const real = gitHttpBackend({ root: path.join(host.folder, "host") });
    const base = await serve(
      onFetch(real, (res) => {
        res.write(packet("packfile\n"));
        res.write(band(2, `your token is ${credential.password} or ${basic}\u001b[31m\n`));
        res.end(band(3, `no for ${credential.password}\n`));
      }),
    );
    const remote = { url: `${base}/acme/site.git`, credential };
    const fault = await clone(host, remote, {
      network: networkOf(base),
      onLine: (line) => lines.push(line),
    }).catch(asFault);
    expect(lines.join("\n")).toContain("your token is *** or ***");
    const all = lines.join("\n") + JSON.stringify(fault) + String(fault);
    for (const secret of [credential.password, basic, "\u001b"]) expect(all).not.toContain(secret);
  });

  test("that reports progress for ever is cut off, and all processes of git end", async () => {
    const { host, base } = await servingFetch((res) => {
      res.write(packet("packfile\n"));
      const timer = setInterval(() => res.write(band(2, `Counting objects: ${Date.now()}\r`)), 1);
      res.on("close", () => clearInterval(timer));
    });
    const remote = { url: `${base}/acme/site.git`, credential: null };
    const fault = await clone(host, remote, { network: networkOf(base), deadlineMs: 500 }).catch(asFault);
    expect(fault).toMatchObject({ reason: { code: "git_timeout" } });
    await vi.waitFor(async () => expect(await runningWith(base)).toEqual([]));
  });

  test("that sends an endless pack is stopped by the quota", async () => {
    const { host, base } = await servingFetch((res) => {
      res.write(packet("packfile\n"));
      const deflate = createDeflate({ level: 0 });
      deflate.on("data", (chunk: Buffer) => {
        for (let at = 0; at < chunk.length; at += 60_000) res.write(band(1, chunk.subarray(at, at + 60_000)));
      });
      res.write(
        band(1, Buffer.concat([Buffer.from("PACK\0\0\0\u0002\0\0\0\u0001", "latin1"), endlessBlob()])),
      );
      const timer = setInterval(() => deflate.write(Buffer.alloc(200_000, Math.random().toString())), 5);
      res.on("close", () => clearInterval(timer));
    });
    const remote = { url: `${base}/acme/site.git`, credential: null };
    const fault = await clone(host, remote, { network: networkOf(base), maxBytes: 1_000_000 }).catch(asFault);
    expect(fault).toMatchObject({ code: "too_large", reason: { code: "repository_too_large" } });
    await vi.waitFor(async () => expect(await runningWith(base)).toEqual([]));
  });

  test("leaves no process when the deployment is cancelled", async () => {
    const stop = new AbortController();
    const { host, base } = await servingFetch(() => stop.abort());
    const remote = { url: `${base}/acme/site.git`, credential: null };
    const fault = await clone(host, remote, { network: networkOf(base), signal: stop.signal }).catch(asFault);
    expect(fault).toMatchObject({ reason: { code: "cancelled" } });
    await vi.waitFor(async () => expect(await runningWith(base)).toEqual([]));
  });

  async function servingFetch(answer: Answer) {
    const host = await hostWith(one);
    const base = await serve(onFetch(gitHttpBackend({ root: path.join(host.folder, "host") }), answer));
    return { host, base };
  }
});

type Answer = (res: Parameters<RequestListener>[1]) => void;

/** The real backend up to the point where the pack is asked for: a fetch by commit id needs no list of refs. */
function onFetch(real: RequestListener, answer: Answer): RequestListener {
  return (req, res) => {
    if (req.method !== "POST") return real(req, res);
    req.resume();
    res.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
    answer(res);
  };
}

function packet(content: string | Buffer): Buffer {
  const body = Buffer.from(content);
  return Buffer.concat([Buffer.from((body.length + 4).toString(16).padStart(4, "0")), body]);
}

function band(number: number, content: string | Buffer): Buffer {
  return packet(Buffer.concat([Buffer.of(number), Buffer.from(content)]));
}

/** The head of a blob that claims to be 2^39 bytes long. */
function endlessBlob(): Buffer {
  return Buffer.from([0xb0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]);
}

async function runningWith(text: string): Promise<string[]> {
  if (!existsSync("/proc/self")) return [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.filter((line) => line.includes(text));
}
