import { BASE, type HarnessOptions, harness } from "@test/conformance/harness";
import { everything, faultOf, lister, namesOf } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { azureDevops } from "@/providers/azureDevops";
import { collection } from "@/providers/azureDevops/api";
import { simulate } from "@/providers/azureDevops/fake";
import { Settings } from "@/providers/azureDevops/settings";
import { baseUrl } from "@/providers/kit/base-url";
import { addRepositories, BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

const SITE = { fullName: "acme/site" };
const open = (options?: HarnessOptions) => harness(azureDevops, simulate, options);
const PAGE = "<!DOCTYPE html><html><head><title>Sign In</title></head></html>";

describe("the address of Azure DevOps", () => {
  it.each([
    [undefined, "acme", "https://dev.azure.com/acme/"],
    ["https://dev.azure.com/acme/site", "https://dev.azure.com/acme/site", "https://dev.azure.com/acme/"],
    ["https://dev.azure.com", "https://acme.visualstudio.com/site", "https://dev.azure.com/acme/"],
    ["https://acme.visualstudio.com/", null, "https://acme.visualstudio.com/"],
    ["https://tfs.example.com/tfs/", "Main", "https://tfs.example.com/tfs/Main/"],
    ["https://tfs.example.com/tfs", "tfs 2", "https://tfs.example.com/tfs/tfs%202/"],
    ["https://tfs.example.com/tfs/Main", null, "https://tfs.example.com/tfs/Main/"],
  ])("%s with the organization %s is %s", (azureDevopsUrl, organizationName, expected) => {
    const settings = Settings.parse({ azureDevopsUrl, organizationName });
    expect(collection({ settings, base: baseUrl(settings.azureDevopsUrl) }).href).toBe(expected);
  });

  it("needs the organization, which no answer of the host contains", async () => {
    const settings = { azureDevopsUrl: "https://dev.azure.com", organizationName: null };
    const { forge, sent } = open({ settings });
    for (const call of [forge.probe(), forge.verify(), lister(forge).list({ limit: 1 })])
      expect((await faultOf(call)).reason).toBe("organization_needed");
    expect(sent).toEqual([]);
    expect(forge.page("credentials")).toBe("https://dev.azure.com/_usersSettings/tokens");
  });
});

describe("every call to Azure DevOps", () => {
  it("names its version, asks for a refusal and brings the token with no user name", async () => {
    const { forge, sent } = open();
    await forge.verify();
    await forge.refs.resolve(SITE, "v1.0.0");
    await forge.owners?.list();
    for (const request of sent) {
      expect(new URL(request.url).searchParams.get("api-version")).toMatch(/^[56]\.0/);
      expect(request.headers.get("x-tfs-fedauthredirect")).toBe("Suppress");
      const basic = `Basic ${Buffer.from(`:${BOT_TOKEN}`).toString("base64")}`;
      expect(request.headers.get("authorization")).toBe(basic);
    }
  });

  it("asks for the newer API version of Services", async () => {
    const { forge, sent } = open({ settings: { azureDevopsUrl: "https://dev.azure.com" } });
    await faultOf(lister(forge).list({ limit: 1 }));
    expect(sent[0]?.url).toBe("https://dev.azure.com/sub/_apis/git/repositories?api-version=7.1");
  });
});

describe("a token that Azure DevOps does not accept", () => {
  const html = { "content-type": "text/html; charset=utf-8" };
  it.each([
    ["the sign-in page", () => new Response(PAGE, { status: 203, headers: html })],
    [
      "a redirect to it",
      () => new Response(null, { status: 302, headers: { location: `${BASE}/_signin?x=1` } }),
    ],
    [
      "a redirect to Microsoft's",
      () => new Response(null, { status: 302, headers: { location: "https://login.microsoftonline.com/x" } }),
    ],
    ["a refusal", () => new Response(PAGE, { status: 401, headers: { ...html, "x-vss-e2eid": "1" } })],
  ])("is recognized in %s", async (_what, respond) => {
    const { forge } = open({ respond });
    const fault = { code: "credential_rejected", reason: "azure_token_rejected" };
    expect(await faultOf(forge.verify())).toEqual(fault);
    expect(await faultOf(lister(forge).list({ limit: 1 }))).toEqual(fault);
  });

  it("is reported as wrong also where the service answers callers without a token", async () => {
    const id = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
    const respond = () => Response.json({ authenticatedUser: { id, providerDisplayName: "Anonymous" } });
    expect((await faultOf(open({ respond }).forge.verify())).code).toBe("credential_rejected");
  });

  it("is reported as expired where the page of the refusal says so", async () => {
    const page = "<title>Access Denied: The Personal Access Token used has expired.</title>";
    const respond = () => new Response(page, { status: 401, headers: html });
    const fault = { code: "credential_rejected", reason: "token_expired" };
    expect(await faultOf(open({ respond }).forge.verify())).toEqual(fault);
  });

  it("is not reported when a proxy answers with its own page", async () => {
    const respond = () => new Response(PAGE, { status: 401, headers: html });
    expect(await faultOf(open({ respond }).forge.verify())).toEqual({
      code: "bad_response",
      reason: "host_page",
    });
  });

  it("is not reported when the host redirects elsewhere", async () => {
    const respond = () => new Response(null, { status: 302, headers: { location: "https://new.example/x" } });
    expect((await faultOf(open({ respond }).forge.verify())).reason).toBe("host_redirects");
  });
});

describe("an Azure DevOps token without the scope for code", () => {
  it("is valid but narrow", async () => {
    const respond: HarnessOptions["respond"] = (request, host) =>
      request.url.includes("/git/")
        ? Response.json({ message: "no" }, { status: 403 })
        : host.respond(request);
    const identity = await open({ respond }).forge.verify();
    expect(identity).toMatchObject({ account: { name: "acme-bot" }, missingScopes: ["Code (Read)"] });
    expect(identity.capabilities.gitRead).toMatchObject({ answer: "no", reason: { code: "scopes_missing" } });
  });
});

describe("the refs of Azure DevOps", () => {
  it("with a longer name are not taken for the one that was asked for", async () => {
    const at = open();
    const { branches } = at.find("acme/site");
    branches.set("maintenance", branches.get("main") ?? "");
    branches.delete("main");
    expect((await faultOf(at.forge.refs.resolve(SITE, "main"))).reason).toBe("ref_gone");
    expect((await at.forge.refs.resolve(SITE, "maintenance")).commit?.subject).toBe("Add a style");
  });

  it("are searched by their short names", async () => {
    const { forge } = open();
    expect((await forge.refs.list(SITE, { kind: "branch", limit: 10, search: "heads" })).items).toEqual([]);
  });

  it("of a disabled repository are reported as disabled", async () => {
    const { forge } = open();
    const old = { fullName: "acme/old" };
    const fault = { code: "not_found", reason: "repository_disabled" };
    expect(await faultOf(forge.refs.list(old, { kind: "branch", limit: 1 }))).toEqual(fault);
    expect(await faultOf(forge.refs.resolve(old, "main"))).toEqual(fault);
  });

  it("continue with any token that the host gives, and end when pages repeat", async () => {
    const respond: HarnessOptions["respond"] = async (request, host) => {
      const url = new URL(request.url);
      url.searchParams.delete("continuationToken");
      const response = await host.respond(new Request(url, request));
      const headers = new Headers(response.headers);
      headers.set(
        "x-ms-continuationtoken",
        `größe/${encodeURIComponent("https://evil.example")}`.replace("ö", "o"),
      );
      return new Response(response.body, { status: response.status, headers });
    };
    const at = open({ respond });
    const refs = await everything((cursor) => at.forge.refs.list(SITE, { kind: "branch", limit: 2, cursor }));
    expect(refs.length).toBeGreaterThan(0);
    expect(at.sent.length).toBeLessThan(10);
  });
});

describe("the repository list of Azure DevOps", () => {
  it("loses nothing when repositories come and go between two pages", async () => {
    const world = seedWorld();
    addRepositories(world, "acme", 20);
    const at = open({ world });
    const first = await lister(at.forge).list({ limit: 10, owner: "acme" });
    world.repositories.splice(
      world.repositories.findIndex((one) => one.name === "bulk-00001"),
      1,
    );
    const rest = await everything((cursor) =>
      lister(at.forge).list({ limit: 10, owner: "acme", cursor: cursor ?? first.nextCursor ?? "" }),
    );
    const names = [...first.items, ...rest].map((one) => one.name);
    expect(names.filter((name) => name.startsWith("bulk-"))).toHaveLength(20);
    expect(first.total).toBe(24);
  });

  it("is searched by project and name typed as one, also with spaces", async () => {
    const world = seedWorld();
    for (const one of world.repositories)
      if (one.name === "site" && one.owner === "acme") one.name = "Big site";
    const at = open({ world });
    expect(await namesOf(at.forge, { search: "acme/big s" })).toEqual(["acme/Big site"]);
    const { url } = await at.forge.git.remote({ fullName: "acme/Big site" });
    expect(url).toBe(`${BASE}/acme/_git/Big%20site`);
    expect((await at.forge.refs.resolve({ fullName: "acme/Big site" }, "main")).commit?.url).toContain(
      `${url}/commit/`,
    );
  });
});

describe("the Git address of an Azure DevOps repository", () => {
  it("has the current name, without the organization in front of the host", async () => {
    const at = open({ settings: { username: "generated" } });
    const remote = await at.forge.git.remote({ id: at.id("acme/site"), fullName: "acme/renamed" });
    expect(remote).toEqual({
      url: `${BASE}/acme/_git/site`,
      credential: { username: "generated", password: BOT_TOKEN },
    });
  });
});

describe("the probe of Azure DevOps", () => {
  it.each([
    ["a refusal", () => new Response(PAGE, { status: 401, headers: { "x-vss-e2eid": "1" } })],
    ["the sign-in page", () => new Response(PAGE, { status: 203, headers: { "x-tfs-processid": "1" } })],
    ["an answer", () => Response.json({ authenticatedUser: { id: "x" } })],
  ])("recognizes the product by %s", async (_what, respond) => {
    expect(await open({ respond }).forge.probe()).toEqual({ product: "Azure DevOps" });
  });

  it.each([
    ["a web page", () => new Response(PAGE, { headers: { "content-type": "text/html" } }), "not_this_host"],
    ["another API", () => Response.json({ message: "Not Found" }, { status: 404 }), "not_this_product"],
  ])("says that %s is not Azure DevOps", async (_what, respond, reason) => {
    expect(await faultOf(open({ respond }).forge.probe())).toEqual({ code: "bad_response", reason });
  });

  it("reports an organization that does not exist", async () => {
    const respond = () => new Response(PAGE, { status: 404, headers: { "x-tfs-processid": "1" } });
    expect((await faultOf(open({ respond }).forge.probe())).reason).toBe("organization_unknown");
  });
});

describe("a refusal by Azure DevOps", () => {
  it("of a Server older than 2020 names the API version that it supports", async () => {
    const message =
      "The requested REST API version of 6.0 is out of range for this server. The latest REST API version this server supports is 5.1.";
    const body = { message, typeKey: "VssVersionOutOfRangeException" };
    const { forge } = open({ respond: () => Response.json(body, { status: 400 }) });
    const error = await lister(forge)
      .list({ limit: 1 })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "unsupported",
      reason: { code: "azure_server_too_old", params: { version: "5.1" } },
    });
  });

  it.each([403, 503])("for too many calls is a rate limit also with status %i", async (status) => {
    const message =
      "TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource.";
    const { forge } = open({ respond: () => Response.json({ message }, { status }) });
    expect((await faultOf(lister(forge).list({ limit: 1 }))).code).toBe("rate_limited");
  });
});

describe("a full page of Azure DevOps refs without a continuation token", () => {
  const ref = (n: number) => ({ name: `refs/heads/b${n}`, objectId: String(n).padStart(40, "0") });
  const listing = (rows: number) => {
    const respond: HarnessOptions["respond"] = async (request, host) => {
      const url = new URL(request.url);
      if (!url.pathname.endsWith("/refs")) return host.respond(request);
      const value = Array.from({ length: Math.min(rows, Number(url.searchParams.get("$top"))) }, (_, n) =>
        ref(n),
      );
      return Response.json({ count: value.length, value });
    };
    const { forge, key } = open({ respond });
    return forge.refs.list(key("acme/site"), { kind: "branch", limit: 3 });
  };

  it("ends the list when nothing follows", async () =>
    expect(await listing(3)).not.toHaveProperty("incomplete"));

  it("is reported as incomplete when more follow", async () => {
    expect(await listing(4)).toMatchObject({
      nextCursor: null,
      incomplete: { reason: { code: "list_cut", params: { shown: 3 } } },
    });
  });
});
