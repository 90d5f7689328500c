import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GitRequest, type GitVerdict, gitHttpBackend } from "@/git/smart-http";
import { Fault } from "@/lib/fault";
import type { Http } from "@/lib/http";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { git } from "@/providers/git";
import { simulate } from "@/providers/git/fake";
import type { GitPort } from "@/providers/git-port";
import { gitPort } from "@/providers/kit/git-port";
import { BOT_TOKEN, EXPIRED_TOKEN, ODD_BRANCHES, seedWorld } from "@/providers/simulator/seed";
import type { World } from "@/providers/simulator/world";
import { writeRepositories } from "@/providers/simulator/write-repositories";

/** The world behind the real git, over loopback. */
let world: World;
let root: string;
let server: Server;
let base: string;

beforeAll(async () => {
  world = seedWorld();
  root = await mkdtemp(path.join(os.tmpdir(), "slipway-git-"));
  await writeRepositories(world, root);
  server = createServer(gitHttpBackend({ root, authorize }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

function authorize({ repository, username, password }: GitRequest): GitVerdict {
  const found = world.repositories.find((one) => `${one.owner}/${one.name}` === repository);
  if (!found) return "missing";
  return host().mayReadGit(found, username, password) ? "allow" : "deny";
}

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(root, { recursive: true, force: true });
});

function host() {
  return simulate({ world, baseUrl: base });
}

interface Setup {
  method?: "https" | "public";
  gitUrl?: string | null;
  username?: string;
  password?: string | null;
  answer?: (request: Request) => Response;
  port?: GitPort;
}

function setUp({
  method = "https",
  gitUrl = base,
  username,
  password = BOT_TOKEN,
  answer,
  port = gitPort({ allow: parseAllowList("127.0.0.1") }),
}: Setup = {}) {
  const sent: Request[] = [];
  const http: Http = {
    send: async (request) => {
      sent.push(request);
      return answer ? answer(request) : host().respond(request);
    },
  };
  const forge = git.open({
    authMethod: method,
    settings: { gitUrl, ...(username ? { username } : {}) },
    secrets: { password: method === "public" ? null : password },
    http,
    git: port,
    now: () => new Date(),
  });
  return { forge, sent };
}

function site() {
  return { fullName: `${base}/acme/site.git` };
}

async function faultOf(action: Promise<unknown>) {
  try {
    await action;
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, reason: error.reason.code };
    throw error;
  }
  throw new Error("it should have failed");
}

describe("the refs of a repository read with real git", () => {
  it("are listed with the default branch first, a page at a time", async () => {
    const { forge } = setUp();
    const first = await forge.refs.list(site(), { kind: "branch", limit: 3 });
    expect(first.items[0]).toMatchObject({ name: "main", default: true });
    expect(first.total).toBe(ODD_BRANCHES.length + 1);
    const rest = await forge.refs.list(site(), { kind: "branch", limit: 3, cursor: first.nextCursor ?? "" });
    expect(rest.nextCursor).toBeNull();
    const names = [...first.items, ...rest.items].map((ref) => ref.name);
    expect(new Set(names)).toEqual(new Set(["main", ...ODD_BRANCHES]));
  });

  it("are searched without regard to capitals, with a cursor bound to the search", async () => {
    const { forge } = setUp();
    const found = await forge.refs.list(site(), { kind: "branch", search: "FEAT", limit: 10 });
    expect(found.items.map((ref) => ref.name)).toEqual(["feature/a#1"]);
    const { nextCursor } = await forge.refs.list(site(), { kind: "branch", limit: 1 });
    const other = forge.refs.list(site(), {
      kind: "branch",
      search: "x",
      limit: 1,
      cursor: nextCursor ?? "",
    });
    expect((await faultOf(other)).reason).toBe("cursor_invalid");
  });

  it("give the commit behind an annotated tag", async () => {
    const { items } = await setUp().forge.refs.list(site(), { kind: "tag", limit: 10 });
    const shas = new Map(items.map((ref) => [ref.name, ref.sha]));
    expect(shas.get("release/1")).toBe(world.repositories[0]?.tags.get("release/1")?.sha);
    expect(shas.get("v1.0.0")).toBe(world.repositories[0]?.tags.get("v1.0.0")?.sha);
  });

  it.each([...ODD_BRANCHES, "refs/heads/main", "refs/tags/v1.0.0"])(
    "resolve %s to its commit",
    async (ref) => {
      const name = ref.replace(/^refs\/(heads|tags)\//, "");
      const repository = world.repositories[0];
      const expected = repository?.branches.get(name) ?? repository?.tags.get(name)?.sha;
      expect(await setUp().forge.refs.resolve(site(), ref)).toEqual({ sha: expected, commit: null });
    },
  );

  it("resolve a full commit id without a request", async () => {
    const sha = "0123456789abcdef0123456789abcdef01234567";
    const { forge } = setUp({ gitUrl: "https://nowhere.invalid/x.git" });
    const resolved = await forge.refs.resolve(
      { fullName: "https://nowhere.invalid/x.git" },
      sha.toUpperCase(),
    );
    expect(resolved).toEqual({ sha, commit: null });
  });

  it("tell a missing ref, an empty repository and a missing one apart", async () => {
    const { forge } = setUp();
    expect((await faultOf(forge.refs.resolve(site(), "gone"))).reason).toBe("ref_gone");
    const empty = { fullName: `${base}/acme/empty.git` };
    expect((await faultOf(forge.refs.resolve(empty, "main"))).reason).toBe("repository_empty");
    const missing = { fullName: `${base}/acme/nothing.git` };
    expect(await faultOf(forge.refs.resolve(missing, "main"))).toMatchObject({ code: "not_found" });
  });

  it("are found by a path below the connection's address", async () => {
    const remote = await setUp({ gitUrl: `${base}/acme` }).forge.git.remote({ fullName: "site.git" });
    expect(remote.url).toBe(`${base}/acme/site.git`);
  });

  it("refuse a wrong password, and say when a public connection would need one", async () => {
    const wrong = setUp({ password: EXPIRED_TOKEN }).forge.refs.list(site(), { kind: "branch", limit: 1 });
    expect((await faultOf(wrong)).code).toBe("credential_rejected");
    const open = setUp({ method: "public" }).forge.refs.list(site(), { kind: "branch", limit: 1 });
    expect(await faultOf(open)).toEqual({ code: "permission_missing", reason: "git_not_public" });
  });

  it("are read from any public repository without an address of the connection", async () => {
    const { forge } = setUp({ method: "public", gitUrl: null });
    const handbook = { fullName: `${base}/acme/Handbook.git` };
    expect((await forge.refs.list(handbook, { kind: "branch", limit: 5 })).items).toHaveLength(1);
  });
});

describe("an address that the host answers with a redirect", () => {
  /** Answers as a host that has moved what is asked for. */
  const movedTo = (address: string) => (request: Request) => {
    expect([request.headers.get("authorization"), request.redirect]).toEqual([null, "manual"]);
    const location = `${address}/info/refs?service=git-upload-pack`;
    return new Response(null, { status: 301, headers: { location } });
  };
  const bare = () => ({ fullName: `${base}/acme/site` });

  it("is used with .git where that is what the host adds", async () => {
    for (const gitUrl of [base, `${base}/acme/site`]) {
      const { forge } = setUp({ gitUrl, answer: movedTo(`${base}/acme/site.git`) });
      const { items } = await forge.refs.list(bare(), { kind: "branch", limit: 1 });
      expect(items[0]).toMatchObject({ name: "main" });
      expect((await forge.git.remote(bare())).url).toBe(`${base}/acme/site.git`);
      expect((await forge.verify()).capabilities.gitRead?.answer).toBe(gitUrl === base ? "unknown" : "yes");
    }
  });

  it.each([
    ["another repository of the host", () => `${base}/acme/other.git`],
    ["another host", () => "https://evil.example/acme/site.git"],
  ])("never has the credential sent to %s, and the fault names it", async (_what, target) => {
    const { forge } = setUp({ answer: movedTo(target()) });
    expect((await forge.git.remote(bare())).url).toBe(`${base}/acme/site`);
    const redirecting = { ...gitPort({ allow: [] }), lsRemote: async () => Promise.reject(redirected()) };
    const { forge: asked } = setUp({ answer: movedTo(target()), port: redirecting });
    await expect(asked.refs.resolve(bare(), "main")).rejects.toThrow(`sends git on to ${target()}`);
  });

  function redirected() {
    return new Fault("bad_response", { code: "git_redirected", params: { host: "127.0.0.1" } });
  }
});

describe("the credential of a Git connection", () => {
  it("is sent to the address and below, with any user name beside a token", async () => {
    const remote = await setUp({ gitUrl: `${base}/acme` }).forge.git.remote(site());
    expect(remote).toEqual({
      url: `${base}/acme/site.git`,
      credential: { username: "git", password: BOT_TOKEN },
    });
    const named = await setUp({ username: "ada" }).forge.git.remote(site());
    expect(named.credential?.username).toBe("ada");
  });

  it.each(["/acme-evil/site.git", "/acme/../acme-evil/site.git", "/acme/..%2facme-evil/site.git"])(
    "is not sent to %s",
    async (place) => {
      const { forge } = setUp({ gitUrl: `${base}/acme` });
      const key = { fullName: base + place };
      expect(await faultOf(forge.git.remote(key))).toMatchObject({ code: "invalid_input" });
      expect(await faultOf(forge.refs.list(key, { kind: "branch", limit: 1 }))).toMatchObject({
        code: "invalid_input",
      });
    },
  );

  it("is refused for other addresses with a message that names its own", async () => {
    const { forge } = setUp({ gitUrl: "https://git.example.com/acme" });
    await expect(forge.git.remote({ fullName: "https://git.example.com/acme-evil/a.git" })).rejects.toThrow(
      "outside https://git.example.com/acme",
    );
  });

  it("does not exist for a public connection, whatever that reads", async () => {
    const { forge } = setUp({ method: "public", gitUrl: "https://git.example.com/acme" });
    const remote = await forge.git.remote({ fullName: "https://elsewhere.example/a.git" });
    expect(remote).toEqual({ url: "https://elsewhere.example/a.git", credential: null });
  });

  it.each([
    [{ password: " " }, "git_password_missing"],
    [{ gitUrl: null }, "git_url_needed"],
  ])("is required when the form is %j", async (given, reason) => {
    expect((await faultOf(setUp(given).forge.git.remote(site()))).reason).toBe(reason);
  });

  it.each(["ssh://git@h/a.git", "file:///etc", "ext::sh -c id", "https://u:p@h/a.git", "../up"])(
    "is never used for %s, which is no repository",
    async (fullName) => {
      const { forge } = setUp({ method: "public" });
      expect((await faultOf(forge.git.remote({ fullName }))).code).toBe("invalid_input");
    },
  );
});

describe("the probe and the check of a Git connection", () => {
  it("recognize a repository by how it answers a fetch, without the password", async () => {
    const { forge, sent } = setUp({ gitUrl: `${base}/acme/Handbook.git` });
    expect(await forge.probe()).toEqual({ product: "a Git server" });
    expect(sent[0]?.url).toBe(`${base}/acme/Handbook.git/info/refs?service=git-upload-pack`);
    expect(sent[0]?.headers.has("authorization")).toBe(false);
  });

  it.each([
    ["no address", { method: "public" as const, gitUrl: null }, "git_nothing_to_ask"],
    ["a folder", { gitUrl: "https://git.example.com/acme" }, "git_folder"],
  ])("say why they cannot recognize %s", async (_what, given, code) => {
    expect(await setUp(given).forge.probe()).toMatchObject({ unasked: { code } });
  });

  it("say why they cannot recognize a host that asks for a password first", async () => {
    const { forge } = setUp({ gitUrl: `${base}/acme/site.git` });
    expect(await forge.probe()).toMatchObject({ unasked: { code: "git_asks_credential" } });
  });

  it("report a page in place of a repository as a mistake, and an outage as an outage", async () => {
    const page = () => new Response("<html>", { headers: { "content-type": "text/html" } });
    const gitUrl = "https://git.example.com/a.git";
    expect(await faultOf(setUp({ gitUrl, answer: page }).forge.probe())).toEqual({
      code: "bad_response",
      reason: "git_not_a_repository",
    });
    const down = () => new Response("", { status: 503 });
    expect((await faultOf(setUp({ gitUrl, answer: down }).forge.probe())).code).toBe("unavailable");
  });

  it("check by reading where there is a repository to read", async () => {
    const { forge } = setUp({ gitUrl: `${base}/acme/site.git` });
    expect((await forge.verify()).capabilities).toEqual({
      branches: { answer: "yes" },
      gitRead: { answer: "yes" },
    });
  });

  it("leave open what they could not try", async () => {
    const unknown = (code: string) => ({ gitRead: { answer: "unknown", reason: { code } } });
    const folder = await setUp({ gitUrl: `${base}/acme` }).forge.verify();
    expect(folder.capabilities).toMatchObject(unknown("git_folder"));
    const nowhere = await setUp({ method: "public", gitUrl: null }).forge.verify();
    expect(nowhere.capabilities).toMatchObject(unknown("git_nothing_to_ask"));
  });

  it("fail for a repository that does not exist, and for a wrong password", async () => {
    const missing = await setUp({ gitUrl: `${base}/acme/nothing.git` }).forge.verify();
    expect(missing.capabilities.gitRead).toMatchObject({ answer: "no" });
    const wrong = setUp({ gitUrl: `${base}/acme/site.git`, password: "wrong" }).forge.verify();
    expect((await faultOf(wrong)).code).toBe("credential_rejected");
  });
});
