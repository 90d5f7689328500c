import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { closeAll, freshFolder, hostWith, type TestHost } from "@test/kit/git-host";
import { afterEach, describe, expect, test } from "vitest";
import { checkout } from "@/git/checkout";
import { git } from "@/git/command";
import { commitInfo } from "@/git/commit-info";
import { gitEnvironment } from "@/git/environment";
import { lsRemote } from "@/git/ls-remote";
import { withCommit } from "@/git/mirror";
import { withLock } from "@/git/mirror-lock";
import { addCommits, type RepositorySeed, seedRepository } from "@/git/seed-repository";
import { asFault } from "@/lib/fault";

afterEach(closeAll);

const two: RepositorySeed = {
  commits: [
    { message: "One", files: { "index.html": "one", "dir/in": { link: "../index.html" } } },
    { message: "Two\n\nBody", files: { "index.html": "two\r\n" } },
  ],
  branches: { "feature/a#1": 0 },
};

function requestOf(host: TestHost, sha = "") {
  return { folder: path.join(host.folder, "mirror/1.git"), remote: host.remote, sha, network: host.network };
}

async function siteOf(host: TestHost, sha = "", ref?: string): Promise<string> {
  const into = path.join(host.folder, "work");
  await withCommit({ ...requestOf(host, sha), ref }, (gitDir) => checkout(gitDir, sha, into));
  return readFile(path.join(into, "index.html"), "utf8");
}

describe("a commit fetched through the mirror", () => {
  test("of a private repository is checked out exactly, without .git", async () => {
    const authorize = ({ password }: { password: string | null }) =>
      password === "s3cret-token" ? "allow" : "deny";
    const host = await hostWith(two, { authorize });
    host.remote.credential = { username: "me", password: "s3cret-token" };
    const refs = await lsRemote(host.remote, { network: host.network });
    expect(refs.branches.map((ref) => ref.sha)).toEqual(host.ids);
    expect(await siteOf(host, host.ids[0])).toBe("one");
    expect((await readdir(path.join(host.folder, "work"))).sort()).toEqual(["dir", "index.html"]);
    expect(await siteOf(host, host.ids[1])).toBe("two\r\n");
    expect((await readdir(host.folder)).sort()).toEqual(["host", "mirror", "work"]);
  });

  test("is described by its subject, author and date", async () => {
    const host = await hostWith(two);
    const [, sha = ""] = host.ids;
    const info = await withCommit(requestOf(host, sha), (gitDir) => commitInfo(gitDir, sha));
    expect(info).toEqual({
      sha,
      subject: "Two",
      author: "Robin Example",
      committedAt: "2026-01-05T09:01:00.000Z",
      url: null,
    });
  });

  test("is used again without asking the host", async () => {
    let requests = 0;
    const host = await hostWith(two, {
      authorize: () => {
        requests++;
        return "allow";
      },
    });
    await siteOf(host, host.ids[1]);
    const before = requests;
    await siteOf(host, host.ids[1]);
    expect([before > 0, requests - before]).toEqual([true, 0]);
  });

  test("is fetched alone, and later ones transfer only what is new", async () => {
    const blob = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * at * 31 + (at >> 3)) & 255));
    const host = await hostWith({ commits: [{ message: "Big", files: { blob, "index.html": "a" } }] });
    await siteOf(host, host.ids[0]);
    const [next = ""] = await addCommits(path.join(host.folder, "host/acme/site.git"), [
      { message: "Small", files: { "index.html": "b" } },
    ]);
    expect(await siteOf(host, next)).toBe("b");
    const pack = path.join(host.folder, "mirror/1.git/objects/pack");
    expect((await readdir(pack)).filter((name) => name.endsWith(".pack"))).toHaveLength(2);
    const count = await git(["rev-list", "--objects", next, "--"], {
      gitDir: path.join(host.folder, "mirror/1.git"),
    });
    expect(count.toString().split("\n").filter(Boolean)).toHaveLength(4);
  });

  test.each(["main", "feature/a#1"])(
    "is found through the branch %s on a host that does not serve single commits",
    async (ref) => {
      const host = await hostWith({ ...two, branches: { "feature/a#1": 1 } }, { legacy: true });
      expect(await siteOf(host, host.ids[0], ref)).toBe("one");
      expect(await siteOf(host, host.ids[1], ref)).toBe("two\r\n");
    },
  );

  test("is found through the ref of a pull request on a host that does not serve single commits", async () => {
    const forked = (text: string) => ({ message: text, files: { "index.html": text }, branch: "fork" });
    const seed = { commits: [...two.commits, { ...forked("fork"), from: 0 }, forked("later")] };
    const host = await hostWith(seed, { legacy: true });
    const gitDir = path.join(host.folder, "host/acme/site.git");
    const sha = host.ids[2] ?? "";
    await git(["update-ref", "refs/pull/7/head", host.ids[3] ?? ""], { gitDir });
    await git(["update-ref", "-d", "refs/heads/fork"], { gitDir });
    const request = requestOf(host, sha);
    const without = await withCommit({ ...request, ref: "fork" }, async () => "here").catch(asFault);
    expect(without).toMatchObject({ reason: { code: "git_ref_missing" } });
    for (const fullRef of ["pull/7/head", "refs/../pull/7/head"]) {
      const refused = await withCommit({ ...request, fullRef }, async () => "here").catch(asFault);
      expect(refused).toMatchObject({ reason: { code: "git_commit_missing" } });
    }
    const read = (mirror: string) => git(["show", `${sha}:index.html`], { gitDir: mirror });
    expect(String(await withCommit({ ...request, fullRef: "refs/pull/7/head" }, read))).toBe("fork");
  });

  test("is read where objects are named by SHA-256, also when the mirror was begun in the other format", async () => {
    const host = await hostWith(two);
    expect(await siteOf(host, host.ids[0])).toBe("one");
    const bare = path.join(host.folder, "host/acme/site.git");
    const [sha = ""] = await seedRepository(bare, { ...two, objectFormat: "sha256" });
    const refs = await lsRemote(host.remote, { network: host.network });
    expect(refs.branches.map((ref) => ref.sha.length)).toEqual([64, 64]);
    expect(await siteOf(host, sha)).toBe("one");
    const old = await siteOf(host, "0123456789".repeat(4)).catch(asFault);
    expect(old).toMatchObject({ code: "unsupported", reason: { code: "git_object_format" } });
  });

  test("is waited for as long as the deadline, however few bytes the server sends until then", async () => {
    const authorize = async () => {
      await sleep(600);
      return "allow" as const;
    };
    const host = await hostWith(two, { authorize });
    const request = requestOf(host, host.ids[0]);
    const late = await withCommit({ ...request, deadlineMs: 300 }, async () => "here").catch(asFault);
    expect(late).toMatchObject({ reason: { code: "git_timeout" } });
    expect(await withCommit({ ...request, deadlineMs: 30_000 }, async () => "here")).toBe("here");
    // Limits of curl by bytes a second would end a server that needs long for its pack and sends keep-alives.
    expect(Object.values(gitEnvironment({})).filter((value) => /lowSpeed/i.test(value))).toEqual([]);
  });

  test("that the remote no longer has is reported as missing", async () => {
    for (const legacy of [true, false]) {
      const host = await hostWith(two, { legacy });
      const gone = "0123456789".repeat(4);
      const fault = await siteOf(host, gone, "main").catch(asFault);
      expect(fault).toMatchObject({
        code: "not_found",
        reason: { code: "git_commit_missing", params: { sha: gone } },
      });
    }
  });
});

describe("a damaged mirror", () => {
  test.each<[string, (mirror: string) => Promise<unknown>]>([
    [
      "by locks and half a pack",
      async (mirror) => {
        await writeFile(path.join(mirror, "shallow.lock"), "");
        await writeFile(path.join(mirror, "config.lock"), "");
        await writeFile(path.join(mirror, "objects/pack/tmp_pack_x1"), "half");
      },
    ],
    [
      "by a pack cut short",
      async (mirror) => {
        const pack = path.join(mirror, "objects/pack");
        for (const name of await readdir(pack))
          if (name.endsWith(".pack")) await truncate(path.join(pack, name), 20);
      },
    ],
    [
      "by an empty configuration and head",
      async (mirror) => {
        await writeFile(path.join(mirror, "HEAD"), "");
        await writeFile(path.join(mirror, "config"), "[broken");
      },
    ],
    ["by an empty ref", (mirror) => writeFile(path.join(mirror, "shallow"), "zz\n")],
  ])("with %s is repaired", async (_what, damage) => {
    const host = await hostWith(two);
    await siteOf(host, host.ids[0]);
    await damage(path.join(host.folder, "mirror/1.git"));
    expect(await siteOf(host, host.ids[0])).toBe("one");
    expect(await siteOf(host, host.ids[1])).toBe("two\r\n");
  });
});

describe("the lock of a mirror", () => {
  test("admits one holder at a time", async () => {
    const file = path.join(await freshFolder(), "lock");
    let inside = 0;
    const turns = Array.from({ length: 5 }, () =>
      withLock(file, {}, async () => {
        inside++;
        expect(inside).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
      }),
    );
    await Promise.all(turns);
    expect(await readdir(path.dirname(file))).toEqual([]);
  });

  test.each([
    ["is dead", { pid: 2 ** 22 + 1, host: os.hostname(), self: "x" }],
    ["was an earlier process with our number", { pid: process.pid, host: os.hostname(), self: "x" }],
  ])("is taken over when its holder %s", async (_what, holder) => {
    const file = path.join(await freshFolder(), "lock");
    await writeFile(file, JSON.stringify(holder));
    expect(await withLock(file, { waitMs: 1000 }, async () => "in")).toBe("in");
  });

  test("is not taken from a living process, and waiting for it ends", async () => {
    const file = path.join(await freshFolder(), "lock");
    await writeFile(file, JSON.stringify({ pid: process.ppid, host: os.hostname(), self: "x" }));
    const fault = await withLock(file, { waitMs: 100 }, async () => "in").catch(asFault);
    expect(fault).toMatchObject({ reason: { code: "mirror_busy" } });
  });
});
