import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { closeAll, freshFolder, hostWith, networkOf, serve, type TestHost } from "@test/kit/git-host";
import { afterEach, describe, expect, test, vi } from "vitest";
import { checkout } from "@/git/checkout";
import { git, gitResult } from "@/git/command";
import { lsRemote } from "@/git/ls-remote";
import { withCommit } from "@/git/mirror";
import { gitHttpBackend } from "@/git/smart-http";
import { asFault } from "@/lib/fault";

afterEach(async () => {
  vi.unstubAllEnvs();
  await closeAll();
});

const credential = { username: "deploy", password: "secret-3f9a1c7e5b" };
const basic = Buffer.from(`${credential.username}:${credential.password}`).toString("base64");
const one = { commits: [{ message: "One", files: { "index.html": "one" } }] };

/** A server that must not be reached, or at least never see the credential. */
async function eavesdropper() {
  const seen: string[] = [];
  const base = await serve((req, res) => {
    seen.push(`${req.method} ${req.url} ${req.headers.authorization ?? ""}`);
    res.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
  });
  return { base, seen };
}

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

describe("the credential of a git command", () => {
  test("is not sent to a redirect, neither of the first request nor of a later one", async () => {
    const evil = await eavesdropper();
    const host = await hostWith(one);
    const real = gitHttpBackend({ root: path.join(host.folder, "host") });
    for (const redirected of ["GET", "POST"]) {
      const base = await serve((req, res) => {
        if (req.method === redirected) res.writeHead(302, { location: `${evil.base}${req.url}` }).end();
        else real(req, res);
      });
      const network = networkOf(base, evil.base);
      const fault = await lsRemote({ url: `${base}/acme/site.git`, credential }, { network }).catch(asFault);
      expect(fault).toMatchObject({ reason: { code: "git_redirected" } });
    }
    expect(evil.seen).toEqual([]);
  });

  test("is sent to its own repository only, also when another host is contacted in the same run", async () => {
    const evil = await eavesdropper();
    const host = await hostWith(one);
    const remote = {
      url: host.remote.url,
      credential,
      host: "localhost",
      protocol: "http" as const,
      pin: null,
      authorities: null,
      network: host.network,
    };
    await gitResult(["ls-remote", "--", `${evil.base}/acme/site.git`], { remote });
    expect(evil.seen.length).toBeGreaterThan(0);
    expect(evil.seen.join()).not.toContain(basic);
  });

  test("is in no argument list and in no file", async () => {
    const host = await hostWith(one, {
      authorize: async ({ password }) => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        return password === credential.password ? "allow" : "deny";
      },
    });
    let done = false;
    const samples = sampleArguments(() => done);
    await clone(host, { ...host.remote, credential });
    done = true;
    const seen = await samples;
    if (existsSync("/proc/self/cmdline")) expect(seen).toContain("remote-http");
    for (const secret of [credential.password, basic]) {
      expect(seen).not.toContain(secret);
      expect(await holds(path.join(host.folder, "mirror"), secret)).toEqual([]);
      expect(await holds(path.join(host.folder, "work"), secret)).toEqual([]);
    }
  });
});

async function sampleArguments(isDone: () => boolean): Promise<string> {
  let seen = "";
  while (!isDone()) {
    const pids = existsSync("/proc/self")
      ? (await readdir("/proc")).filter((name) => /^\d+$/.test(name))
      : [];
    const texts = await Promise.all(
      pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
    );
    seen += texts.filter((text) => /^(git|\S*\/git)/.test(text)).join("\n");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return seen;
}

async function holds(folder: string, secret: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, "latin1")));
  return files.filter((_file, at) => texts[at]?.includes(secret));
}

describe("the environment variables of the server process", () => {
  test("have no effect on a clone", async () => {
    const evil = await eavesdropper();
    const host = await hostWith(one);
    const home = await freshFolder();
    const marker = path.join(home, "marker");
    const poison = path.join(home, "poison.sh");
    await writeFile(poison, `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    const config = `[url "${evil.base}/"]\n\tinsteadOf = ${host.base}/\n[credential]\n\thelper = !${poison}\n[core]\n\thooksPath = ${home}\n\tfsmonitor = ${poison}\n\taskPass = ${poison}\n\tsshCommand = ${poison}\n[alias]\n\tfetch = !${poison}\n\tls-tree = !${poison}\n`;
    await writeFile(path.join(home, ".gitconfig"), config);
    await mkdir(path.join(home, "git"));
    await writeFile(path.join(home, "git/config"), config);
    for (const hook of ["post-checkout", "post-index-change", "reference-transaction"])
      await writeFile(path.join(home, hook), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    const variables = {
      HOME: home,
      XDG_CONFIG_HOME: home,
      GIT_CONFIG_GLOBAL: path.join(home, ".gitconfig"),
      GIT_CONFIG_SYSTEM: path.join(home, ".gitconfig"),
      GIT_SSH_COMMAND: poison,
      GIT_EXTERNAL_DIFF: poison,
      GIT_ASKPASS: poison,
      GIT_PROXY_COMMAND: poison,
      GIT_TEMPLATE_DIR: home,
      GIT_EXEC_PATH: home,
      GIT_DIR: home,
      GIT_INDEX_FILE: marker,
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.hooksPath",
      GIT_CONFIG_VALUE_0: home,
      GIT_CONFIG_PARAMETERS: `'core.hooksPath'='${home}'`,
      GIT_TRACE: marker,
      http_proxy: evil.base,
      ALL_PROXY: evil.base,
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const report = await clone(host);
    expect(report.files).toBe(1);
    const denied = await hostWith(one, { authorize: () => "deny" });
    expect(await clone(denied).catch(asFault)).toMatchObject({ reason: { code: "git_auth_failed" } });
    expect(existsSync(marker)).toBe(false);
    expect(evil.seen).toEqual([]);
  });
});

describe("a hostile repository", () => {
  test("with a bare repository inside runs nothing, even when git is started in that folder", async () => {
    const marker = path.join(await freshFolder(), "marker");
    const host = await hostWith({
      commits: [
        {
          message: "Trap",
          files: {
            "trap/HEAD": "ref: refs/heads/main\n",
            "trap/config": `[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfsmonitor = "touch ${marker}; false"\n\tworktree = ..\n[alias]\n\tstatus = !touch ${marker}\n`,
            "trap/objects/x": "",
            "trap/refs/heads/x": "",
          },
        },
      ],
    });
    await clone(host);
    const cwd = path.join(host.folder, "work/trap");
    expect(await readFile(path.join(cwd, "HEAD"), "utf8")).toContain("main");
    for (const args of [["status"], ["fetch"], ["rev-parse", "--git-dir"]]) {
      const { code, lines } = await gitResult(args, { cwd });
      expect([code, lines.join()]).toEqual([128, expect.stringContaining("cannot use bare repository")]);
    }
    expect(existsSync(marker)).toBe(false);
  });

  test("with submodules has them listed and never fetched", async () => {
    const evil = await eavesdropper();
    const host = await hostWith({
      commits: [
        {
          message: "Sub",
          files: {
            ".gitmodules": `[submodule "x"]\n\tpath = lib/x\n\turl = ${evil.base}/x.git\n\tupdate = checkout\n`,
            "lib/x": { submodule: "1".repeat(40) },
            "index.html": "one",
          },
        },
      ],
    });
    const report = await clone(host, { ...host.remote, credential });
    expect(report).toMatchObject({ submodules: ["lib/x"], files: 2 });
    expect(evil.seen).toEqual([]);
  });

  test.each([
    ["an option as submodule address", '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch\n'],
    ["a submodule name that climbs out", '[submodule "../../x"]\n\tpath = x\n\turl = https://h/x\n'],
  ])("with %s is refused by the object check of git", async (_what, gitmodules) => {
    const host = await hostWith({ commits: [{ message: "Sub", files: { ".gitmodules": gitmodules } }] });
    expect(await clone(host).catch(asFault)).toMatchObject({ reason: { code: "git_unsafe_content" } });
  });

  test("is told from an old one with sloppy objects, which is still cloned", async () => {
    const host = await hostWith(one);
    const gitDir = path.join(host.folder, "host/acme/site.git");
    const tree = (await git(["rev-parse", "main^{tree}"], { gitDir })).toString().trim();
    const input = `tree ${tree}\nauthor A <a b> 1 +051800\ncommitter A<> 1 +0000\n\nOld`;
    const literal = ["hash-object", "-w", "-t", "commit", "--literally", "--stdin"];
    const sha = (await git(literal, { gitDir, input })).toString().trim();
    await git(["update-ref", "refs/heads/old", sha], { gitDir });
    host.ids[0] = sha;
    expect((await clone(host)).files).toBe(1);
  });
});
