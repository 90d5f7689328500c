import { describe, expect, it } from "vitest";
import type { RemoteRefs } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Probe } from "@/lib/outbound/probe";
import type { Reason } from "@/lib/reason";
import { testConnection } from "@/providers/connection/check-connection";
import { type CheckId, checkIds, Report } from "@/providers/connection/report";
import type { GitPort } from "@/providers/git-port";
import { gitea } from "@/providers/gitea";
import { simulate } from "@/providers/gitea/fake";
import { BOT_TOKEN, EXPIRED_TOKEN, LONELY_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { World } from "@/providers/simulator/world";

const NOW = new Date("2026-05-03T10:00:00Z");
const BASE = "https://git.example.com/sub";

const ok = { outcome: "ok" } as const;
const skipped = { outcome: "skipped" } as const;
const reachable: Probe = {
  address: ok,
  dns: ok,
  tls: ok,
  reachable: ok,
  certificate: null,
  serverDate: NOW,
  seenAt: NOW,
  millis: 12,
};

interface Case {
  token?: string;
  /** Another way in than by the token. */
  connection?: { authMethod: string; secrets: Record<string, string | null> };
  scopes?: string[];
  version?: string;
  settings?: Record<string, unknown>;
  probe?: Partial<Probe>;
  respond?: (request: Request, real: (request: Request) => Promise<Response>) => Response | Promise<Response>;
  lsRemote?: GitPort["lsRemote"];
  fetchOnce?: GitPort["fetchOnce"];
  tokenExpiresOn?: string;
  deadlineMs?: number;
  signal?: AbortSignal;
}

async function report(given: Case = {}): Promise<Report> {
  const world = worldWith(given.scopes);
  const fake = simulate({ world, baseUrl: BASE, now: () => NOW, version: given.version });
  const { settings, ...connection } = fake.connection(given.token ?? BOT_TOKEN);
  const respond = given.respond ?? ((request: Request) => fake.respond(request));
  const found = await testConnection({
    provider: gitea,
    session: {
      ...connection,
      ...given.connection,
      settings: { ...settings, ...given.settings },
      now: () => NOW,
      signal: given.signal,
      http: { send: async (request) => respond(request, fake.respond) },
      git: { lsRemote: given.lsRemote ?? (async () => refsOf(world)), fetchOnce: given.fetchOnce },
    },
    probe: async () => ({ ...reachable, ...given.probe }),
    tokenExpiresOn: given.tokenExpiresOn,
    deadlineMs: given.deadlineMs,
  });
  return Report.parse(found);
}

function worldWith(scopes: string[] | undefined): World {
  const world = seedWorld();
  if (scopes) for (const token of world.tokens) token.scopes = scopes;
  return world;
}

function refsOf(world: World): RemoteRefs {
  const branches = [...(world.repositories[0]?.branches ?? [])].map(([name, sha]) => ({ name, sha }));
  return { defaultBranch: "main", branches, tags: [] };
}

function check(found: Report, id: CheckId) {
  const one = found.checks.find((check) => check.id === id);
  if (!one) throw new Error(`no check ${id}`);
  return one;
}

function failedStep(id: "address" | "dns" | "tls" | "reachable", reason: Reason): Partial<Probe> {
  const steps = ["address", "dns", "tls", "reachable"] as const;
  const at = steps.indexOf(id);
  const entries = steps.map((step, index) => [step, index < at ? ok : skipped]);
  return {
    ...Object.fromEntries(entries),
    [id]: { outcome: "failed", reason },
    serverDate: null,
    seenAt: null,
  };
}

describe("the test of a working connection", () => {
  it("has every check, in order, and no failed one", async () => {
    const found = await report();
    expect(found.checks.map((one) => one.id)).toEqual(checkIds);
    expect(found.checks.filter((one) => one.status === "fail" || one.status === "warn")).toEqual([]);
    expect(found).toMatchObject({
      ok: true,
      repositoryCount: 6,
      account: { name: "acme-bot" },
      scopes: ["all"],
    });
    expect(found.summary).toBe("6 repositories visible as acme-bot.");
  });

  it("says that there are more repositories where the host does not tell how many", async () => {
    const found = await report({
      respond: async (request, real) => {
        const { body, status, headers } = await real(request);
        const { pathname } = new URL(request.url);
        if (!pathname.endsWith("/user/repos")) return new Response(body, { status, headers });
        const rest = new Headers(headers);
        rest.delete("x-total-count");
        rest.set("link", `<${BASE}/api/v1/user/repos?page=2>; rel="next"`);
        return new Response(body, { status, headers: rest });
      },
    });
    expect(found.summary).toMatch(/^More than 6 repositories visible as acme-bot\./);
  });

  it("passes with a note when the token lacks a scope that nothing depends on", async () => {
    const found = await report({ scopes: ["read:user", "read:repository"] });
    expect(found.ok).toBe(true);
    expect(check(found, "scopes")).toMatchObject({
      status: "pass",
      detail: expect.stringContaining("but not read:organization"),
    });
    expect(check(found, "webhooks")).toMatchObject({
      status: "skip",
      detail: expect.stringContaining("needs write:repository, which this credential lacks"),
      fix: { text: expect.stringContaining("Replace it"), url: `${BASE}/user/settings/applications` },
    });
    expect(check(found, "pullRequests").detail).toContain("needs write:issue");
  });

  it("counts only the repositories of the organization that is set", async () => {
    const found = await report({ settings: { organizationName: "Acme" } });
    expect(check(found, "organization").status).toBe("pass");
    expect(found.repositoryCount).toBe(4);
  });

  it("never shows the token", async () => {
    for (const given of [
      {},
      { token: EXPIRED_TOKEN },
      { respond: () => new Response(BOT_TOKEN, { status: 500 }) },
    ]) {
      expect(JSON.stringify(await report(given))).not.toMatch(new RegExp(`${BOT_TOKEN}|${EXPIRED_TOKEN}`));
    }
  });
});

describe("the network check of a connection", () => {
  it.each<[CheckId & ("address" | "dns" | "tls" | "reachable"), Reason, RegExp]>([
    ["address", { code: "address_invalid", params: { why: "it holds a space" } }, /cannot be used/],
    ["address", { code: "address_private", params: { host: "10.0.0.5", port: 3000 } }, /private network/],
    ["dns", { code: "dns_failed", params: { host: "git.example.com" } }, /could not be resolved/],
    ["reachable", { code: "connection_refused", params: { host: "git.example.com", port: 443 } }, /refused/],
    ["tls", { code: "tls_self_signed", params: { host: "git.example.com", port: 443 } }, /self-signed/],
    ["tls", { code: "tls_wrong_name", params: { host: "git.example.com", port: 443 } }, /another name/],
    ["tls", { code: "tls_expired", params: { host: "git.example.com", port: 443 } }, /has expired/],
    ["tls", { code: "tls_not_yet_valid", params: { host: "git.example.com", port: 443 } }, /not valid yet/],
    ["reachable", { code: "host_timeout", params: { host: "git.example.com", port: 443 } }, /in time/],
  ])("fails at %s with %o", async (id, reason, words) => {
    const found = await report({
      probe: failedStep(id, reason),
      respond: () => {
        throw new Error("nothing may be sent");
      },
    });
    expect(found.ok).toBe(false);
    expect(check(found, id).status).toBe("fail");
    expect(check(found, id).detail).toMatch(words);
    expect(check(found, id).fix?.text).toBeTruthy();
    expect(check(found, "credential").status).toBe("skip");
    expect(found.summary).toMatch(words);
  });

  it("fails at an address that cannot be read", async () => {
    const found = await report({ settings: { giteaUrl: "git example" } });
    expect(check(found, "address")).toMatchObject({
      status: "fail",
      fix: { text: expect.stringContaining("https://") },
    });
    expect(found.checks.map((one) => one.id)).toEqual(checkIds);
  });

  it("warns of a clock that differs by more than 50 s", async () => {
    const at = (seconds: number) => ({ serverDate: new Date(NOW.getTime() + seconds * 1000) });
    expect(check(await report({ probe: at(-50) }), "clock").status).toBe("pass");
    const found = await report({ probe: at(125) });
    expect(check(found, "clock")).toMatchObject({
      status: "warn",
      fix: { text: expect.stringContaining("NTP") },
    });
    expect(check(found, "clock").detail).toContain("2 min 5 s ahead");
    expect(found.summary).toContain("The clock of git.example.com is 2 min 5 s ahead of that of Slipway.");
  });

  it("warns of a slow host and of a certificate that ends soon", async () => {
    const certificate = {
      subject: "",
      issuer: "",
      names: [],
      validFrom: NOW.toISOString(),
      validTo: "2026-05-09T00:00:00Z",
    };
    const found = await report({ probe: { millis: 4200, certificate } });
    expect(check(found, "reachable")).toMatchObject({ status: "warn" });
    expect(check(found, "tls").detail).toContain("9 May 2026");
    expect(check(found, "tls").status).toBe("warn");
  });

  it("does not expect a certificate for plain http", async () => {
    expect(check(await report({ probe: { tls: skipped } }), "tls").detail).toContain("Plain http");
  });
});

describe("the product check of a connection", () => {
  it("recognizes a web page", async () => {
    const page = () =>
      new Response("<!doctype html><h1>Hi</h1>", { headers: { "content-type": "text/html" } });
    const found = await report({ respond: page });
    expect(check(found, "reachable").status).toBe("fail");
    expect(check(found, "reachable").detail).toContain("web page");
    expect(check(found, "credential").status).toBe("skip");
  });

  it("recognizes another product", async () => {
    const found = await report({
      respond: () => Response.json({ message: "404 Not Found" }, { status: 404 }),
    });
    expect(check(found, "reachable").detail).toBe("What answers at this address is not Gitea.");
  });

  it("sends no credential before the host is known to be the right product", async () => {
    const sent: (string | null)[] = [];
    await report({
      respond: (request) => {
        sent.push(request.headers.get("authorization"));
        return new Response("<html>", { headers: { "content-type": "text/html" } });
      },
    });
    expect(sent).toEqual([null]);
  });
});

describe("the credential check of a connection", () => {
  it("does not ask for a new token where the account itself is locked", async () => {
    const message = "This account is prohibited from signing in, please contact your site administrator.";
    const found = await report({
      respond: (request, real) =>
        request.headers.has("authorization") ? Response.json({ message }, { status: 403 }) : real(request),
    });
    const { status, detail, fix } = check(found, "credential");
    expect(status).toBe("fail");
    expect(detail).toMatch(/lets its account do nothing/);
    expect(fix?.text).toMatch(/administrator/);
    expect(check(found, "reachable").status).toBe("pass");
  });

  it("fails for a refused credential, with what to create and where", async () => {
    const found = await report({ token: EXPIRED_TOKEN });
    expect(check(found, "credential")).toMatchObject({
      status: "fail",
      detail: "Gitea refused this token: it is wrong, expired or revoked.",
      fix: {
        text: "Create a new one with `read:repository`, then paste it here.",
        url: `${BASE}/user/settings/applications`,
      },
    });
    expect(check(found, "repositories").status).toBe("skip");
  });

  it("fails with the day of expiry when that is known", async () => {
    const found = await report({ token: EXPIRED_TOKEN, tokenExpiresOn: "2026-05-03" });
    expect(check(found, "credential").detail).toBe("Gitea refused this token: it expired on 3 May 2026.");
  });

  it.each(["1.27.0", "1.21.11", "11.0.3+gitea-1.22.0"])("names the missing scopes (%s)", async (version) => {
    const found = await report({ version, scopes: ["read:user", "read:organization"] });
    expect(check(found, "credential").status).toBe("pass");
    expect(check(found, "scopes").status).toBe("fail");
    expect(check(found, "scopes").detail).toContain("lacks read:repository");
    expect(found.missingScopes).toContain("read:repository");
  });

  it("fails when the scope to read anything is missing", async () => {
    const found = await report({ scopes: ["read:user"] });
    expect(check(found, "scopes").detail).toContain("read:repository");
    expect(check(found, "repositories").status).toBe("fail");
    expect(check(found, "repositories").detail).toContain("read:repository");
  });

  it("warns before the end of a credential and fails after it", async () => {
    const soon = await report({ tokenExpiresOn: "2026-05-10" });
    expect(check(soon, "expiry")).toMatchObject({
      status: "warn",
      detail: expect.stringContaining("10 May 2026"),
    });
    expect(soon.expiresAt).toBe("2026-05-10T00:00:00.000Z");
    expect(check(await report({ tokenExpiresOn: "2026-04-30" }), "expiry").status).toBe("fail");
    expect(check(await report({ tokenExpiresOn: "2027-01-01" }), "expiry").status).toBe("pass");
  });

  it("passes until the end of the last day that a person entered", async () => {
    const day = (days: number) => new Date(NOW.getTime() + days * 86_400_000).toISOString().slice(0, 10);
    const expiry = async (days: number) => check(await report({ tokenExpiresOn: day(days) }), "expiry");
    expect(await expiry(0)).toMatchObject({ status: "warn", detail: expect.stringMatching(/within a day/) });
    expect(await expiry(1)).toMatchObject({ status: "warn", detail: expect.stringMatching(/in 1 day\./) });
    expect((await expiry(-1)).status).toBe("fail");
  });

  it("reports a rate limit and its end", async () => {
    const found = await report({
      respond: (request, real) =>
        request.url.endsWith("/version")
          ? real(request)
          : new Response("{}", { status: 429, headers: { "retry-after": "600" } }),
    });
    expect(check(found, "credential").status).toBe("fail");
    expect(check(found, "credential").detail).toContain("until 10:10 UTC on 3 May 2026.");
  });
});

describe("the visibility check of a connection", () => {
  it("names the organizations that are similar to a mistyped one", async () => {
    const found = await report({ settings: { organizationName: "acmee" } });
    expect(check(found, "organization")).toMatchObject({
      status: "fail",
      fix: { text: 'Did you mean "acme"?', url: `${BASE}/acme` },
    });
    expect(check(found, "repositories")).toMatchObject({
      status: "skip",
      detail: expect.stringContaining("Organization"),
    });
  });

  it("says so when no organization is similar", async () => {
    const found = await report({ settings: { organizationName: "zebra" } });
    expect(check(found, "organization").fix?.text).toContain("spelling");
  });

  it("fails when a good credential sees no repository", async () => {
    const found = await report({ token: LONELY_TOKEN });
    expect(check(found, "repositories").status).toBe("warn");
    expect(check(found, "gitRead").status).toBe("skip");
    expect(found).toMatchObject({ ok: true, repositoryCount: 0 });
    expect(found.summary).toBe("The connection works as lonely, but no repository is visible.");
  });

  it("clones one commit as a deployment does, and fails with what fails there", async () => {
    const asked: unknown[] = [];
    const good = await report({
      fetchOnce: async ({ url }, { sha, ref }) => {
        asked.push([url, sha.length, ref]);
      },
    });
    expect(asked).toEqual([[expect.stringMatching(/^https:.*\.git$/), 40, "main"]]);
    expect(check(good, "gitRead")).toMatchObject({
      status: "pass",
      detail: expect.stringContaining("last commit"),
    });
    const failed = await report({
      fetchOnce: async () => {
        throw new Fault("unsupported", { code: "git_object_format", params: { host: "Gitea" } });
      },
    });
    expect(check(failed, "gitRead").status).toBe("fail");
    expect(failed.ok).toBe(false);
  });

  it("fails with the reason when git cannot read", async () => {
    const found = await report({
      lsRemote: async () => {
        throw new Fault("credential_rejected", { code: "token_rejected", params: { host: "Gitea" } });
      },
    });
    expect(check(found, "gitRead").status).toBe("fail");
    expect(check(found, "branches").status).toBe("pass");
  });
});

describe("the time limit of a connection test", () => {
  const never = () => new Promise<Response>(() => undefined);

  it("ends it for a host that never answers", async () => {
    const found = await report({ respond: never, deadlineMs: 60 });
    expect(found.ok).toBe(false);
    expect(found.checks.filter((one) => one.status === "fail")).toHaveLength(1);
    expect(check(found, "credential").detail).toContain("too slow");
  });

  it("stops the calls that are under way", async () => {
    let stopped = false;
    const respond = (request: Request) =>
      new Promise<Response>(() => {
        request.signal.addEventListener("abort", () => {
          stopped = true;
        });
      });
    await report({ respond, deadlineMs: 60 });
    expect(stopped).toBe(true);
  });

  it("keeps the checks that had finished, and stops the others", async () => {
    const over = new AbortController();
    let stopped = false;
    const found = await report({
      signal: over.signal,
      lsRemote: (_remote, signal) =>
        new Promise(() => {
          signal?.addEventListener("abort", () => {
            stopped = true;
          });
          setImmediate(() => over.abort());
        }),
    });
    expect(check(found, "repositories").status).toBe("pass");
    expect(check(found, "gitRead").detail).toContain("too slow");
    expect(stopped).toBe(true);
  });
});

it("a connection that was never authorized is asked for the step in the browser, not for repeating it", async () => {
  const settings = { clientId: "slipway" };
  const secrets = { clientSecret: "secret of the application", accessToken: null };
  const found = await report({ connection: { authMethod: "oauth", secrets }, settings });
  expect(check(found, "credential").status).toBe("fail");
  expect(found.summary).toBe("Not authorized on Gitea yet. Finish the authorization in the browser.");
});
