import net from "node:net";
import { closeAll, hostWith, networkOf, serve } from "@test/kit/git-host";
import { afterEach, describe, expect, test } from "vitest";
import { lsRemote, parseLsRemote, resolveRef } from "@/git/ls-remote";
import { asFault, type Fault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";

afterEach(closeAll);

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  return work.then(
    () => expect.fail("it worked"),
    (error: unknown) => asFault(error),
  );
}

const one = { commits: [{ message: "One", files: { a: "a" } }] };

describe("the refs of a remote repository", () => {
  test("include branches with unusual names, peeled tags and the default branch", async () => {
    const odd = ["feature/a#1", "dependabot/npm_and_yarn/@types/node-1", "#42", "a$(id)", "a\u3000b", "ä"];
    const host = await hostWith({
      defaultBranch: "trunk",
      ...one,
      branches: Object.fromEntries(odd.map((name) => [name, 0])),
      tags: { "v1.0": 0, "v1.1": { commit: 0, message: "Annotated" } },
    });
    const refs = await lsRemote(host.remote, { network: host.network });
    const [sha = ""] = host.ids;
    expect(refs.defaultBranch).toBe("trunk");
    expect(refs.branches.map((ref) => ref.name).sort()).toEqual([...odd, "trunk"].sort());
    expect(new Set([...refs.branches, ...refs.tags].map((ref) => ref.sha))).toEqual(new Set([sha]));
    expect(refs.tags.map((ref) => ref.name)).toEqual(["v1.0", "v1.1"]);
    expect(resolveRef(refs, "#42", "acme/site")).toBe(sha);
    expect(() => resolveRef(refs, "gone", "acme/site")).toThrow(
      expect.objectContaining({
        reason: { code: "ref_gone", params: { ref: "gone", repository: "acme/site" } },
      }),
    );
  });

  test("are none for an empty repository, and resolving a branch says why", async () => {
    const host = await hostWith({ commits: [] });
    const refs = await lsRemote(host.remote, { network: host.network });
    expect([refs.branches, refs.tags]).toEqual([[], []]);
    expect(() => resolveRef(refs, "main", "acme/site")).toThrow(
      expect.objectContaining({
        code: "not_found",
        reason: expect.objectContaining({ code: "repository_empty" }),
      }),
    );
  });
});

describe("a failure to list the refs of a remote", () => {
  const token = { username: "me", password: "wrong-token-123" };

  test.each([
    ["no credential", "deny", null, "credential_rejected", "git_auth_failed"],
    ["a wrong credential", "deny", token, "credential_rejected", "git_auth_failed"],
    ["a credential without access", "forbid", token, "permission_missing", "git_forbidden"],
    ["a repository that is not there", "missing", token, "not_found", "git_repository_missing"],
  ] as const)("has its own fault code for %s", async (_what, verdict, credential, code, reason) => {
    const host = await hostWith(one, { authorize: () => verdict });
    const fault = await faultOf(lsRemote({ ...host.remote, credential }, { network: host.network }));
    expect([fault.code, fault.reason.code]).toEqual([code, reason]);
    expect(JSON.stringify(fault) + fault.message).not.toContain("wrong-token");
  });

  test.each([
    ["an HTML page", 200, { "content-type": "text/html" }, "<html>", "git_not_a_repository"],
    [
      "a broken protocol answer",
      200,
      { "content-type": "application/x-git-upload-pack-advertisement" },
      "zzzz",
      "git_not_a_repository",
    ],
    ["a redirect", 302, { location: "http://other.example/x" }, "", "git_redirected"],
    ["an overloaded host", 503, {}, "", "git_host_busy"],
    ["a limit of the host", 429, {}, "", "git_host_busy"],
  ])("has its own reason code for %s", async (_what, status, head, body, reason) => {
    const base = await serve((_req, res) => res.writeHead(status, head as Record<string, string>).end(body));
    const fault = await faultOf(
      lsRemote({ url: `${base}/a/b.git`, credential: null }, { network: networkOf(base) }),
    );
    expect(fault.reason.code).toBe(reason);
    expect(messageOf(fault.reason).length).toBeGreaterThan(40);
  });

  test("is a time-out when the host never answers", async () => {
    const base = await serve(() => undefined);
    const remote = { url: `${base}/a/b.git`, credential: null };
    const fault = await faultOf(lsRemote(remote, { network: networkOf(base), deadlineMs: 300 }));
    expect(fault.reason).toMatchObject({ code: "git_timeout", params: { host: "localhost" } });
  });

  test("is a time-out when the caller gives up first", async () => {
    const base = await serve(() => undefined);
    const remote = { url: `${base}/a/b.git`, credential: null };
    const limits = { network: networkOf(base), signal: AbortSignal.timeout(300) };
    const fault = await faultOf(lsRemote(remote, limits));
    expect(fault.reason).toMatchObject({ code: "git_timeout", params: { host: "localhost" } });
  });

  test("is a refused connection when the port is closed", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const base = `http://localhost:${port}`;
    const fault = await faultOf(
      lsRemote({ url: `${base}/a/b.git`, credential: null }, { network: networkOf(base) }),
    );
    expect(fault.reason.code).toBe("connection_refused");
  });

  test.each([
    ["http://127.0.0.1:1/a/b.git", "address_private"],
    ["http://[::ffff:127.0.0.1]:1/a/b.git", "address_private"],
    ["https://127.1/a/b.git", "address_invalid"],
    ["http://140.82.121.3/a/b.git", "git_plain_http"],
    ["https://u:p@h.example/a.git", "address_invalid"],
  ])("is %s, an address that may not be contacted", async (url, reason) => {
    const fault = await faultOf(lsRemote({ url, credential: null }, { network: { allow: [] } }));
    expect(fault.reason.code).toBe(reason);
  });

  test.each(["a\nb", "a\r\nx: y", "a\0"])("is an invalid credential when that holds %j", async (password) => {
    const host = await hostWith(one);
    const remote = { ...host.remote, credential: { username: "me", password } };
    const fault = await faultOf(lsRemote(remote, { network: host.network }));
    expect(fault.reason.code).toBe("git_credential_invalid");
  });
});

test("lines of ls-remote that are no refs are left out", () => {
  const sha = "a".repeat(40);
  const refs = parseLsRemote(
    `garbage\n${sha}\trefs/heads/\n${sha}\trefs/heads/x\nnope\trefs/heads/y\n${sha}\trefs/pull/1/head\n`,
  );
  expect(refs).toEqual({ defaultBranch: null, branches: [{ name: "x", sha, default: false }], tags: [] });
});
