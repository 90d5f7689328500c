import { existsSync } from "node:fs";
import path from "node:path";
import { closeAll, freshFolder, hostWith, networkOf, type TestHost } from "@test/kit/git-host";
import { afterEach, describe, expect, test } from "vitest";
import { gitResult } from "@/git/command";
import { commitInfo } from "@/git/commit-info";
import { lsRemote } from "@/git/ls-remote";
import { parseAllowList } from "@/lib/outbound/allow-list";

afterEach(closeAll);

const seed = { commits: [{ message: "One", files: { a: "one" } }] };

function pinnedTo({ remote, network }: TestHost) {
  const { url, credential } = remote;
  return {
    url,
    credential,
    host: "localhost",
    protocol: "http" as const,
    pin: null,
    authorities: null,
    network,
  };
}

/** Addresses that Slipway's own parsers refuse too: these tests hand them to git directly. */
function others(host: TestHost, marker: string): string[] {
  const repository = path.join(host.folder, "host/acme/site.git");
  return [
    repository,
    `file://${repository}`,
    `ext::sh -c touch%20${marker}`,
    "git://127.0.0.1/acme/site.git",
    "ssh://git@127.0.0.1/acme/site.git",
    "git@127.0.0.1:acme/site.git",
  ];
}

describe("the protocols of git", () => {
  test("are limited to the one of the remote, even for a repository that is there", async () => {
    const host = await hostWith(seed);
    const marker = path.join(host.folder, "marker");
    const remote = pinnedTo(host);
    expect((await gitResult(["ls-remote", "--", remote.url], { remote })).code).toBe(0);
    for (const url of others(host, marker)) {
      const { code, lines, stdout } = await gitResult(["ls-remote", "--", url], { remote });
      expect([url, code === 0, stdout.toString()]).toEqual([url, false, ""]);
      expect(lines.join("\n")).toContain("not allowed");
    }
    expect(existsSync(marker)).toBe(false);
  });

  test("are all off without a remote", async () => {
    const host = await hostWith(seed);
    const { code, lines } = await gitResult(["ls-remote", "--", host.remote.url]);
    expect(code).not.toBe(0);
    expect(lines.join("\n")).toContain("not allowed");
  });
});

describe("git connects to the address that was checked", () => {
  test("even when the system cannot resolve the name", async () => {
    const host = await hostWith(seed);
    const port = new URL(host.base).port;
    // Only the lookup of this test knows the name.
    const network = {
      allow: parseAllowList(`git.invalid:${port},127.0.0.1:${port}`),
      lookup: async () => ["127.0.0.1"],
    };
    const url = `http://git.invalid:${port}/acme/site.git`;
    expect((await lsRemote({ url, credential: null }, { network })).branches).toHaveLength(1);
  });

  test("even when the system resolves the name to another address", async () => {
    const host = await hostWith(seed);
    // The system resolves localhost to 127.0.0.1, where the repository is; the checked address serves nothing.
    const network = { ...networkOf(host.base), lookup: async () => ["127.0.0.77"] };
    const fault = lsRemote(host.remote, { network, deadlineMs: 5_000 });
    await expect(fault).rejects.toMatchObject({ code: "unavailable" });
  });
});

test("a revision that looks like an option is not found and not used as an option", async () => {
  const host = await hostWith(seed);
  const gitDir = path.join(host.folder, "host/acme/site.git");
  const output = path.join(await freshFolder(), "output");
  await expect(commitInfo(gitDir, `--output=${output}`)).rejects.toBeDefined();
  expect(existsSync(output)).toBe(false);
});
