import { symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { testEnv } from "@test/kit/database";
import { seedRelease } from "@test/kit/site";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { filesFolder, releaseFolder } from "@/features/site/folder";
import type { ServedSite } from "@/features/site/served";
import { env, setEnv } from "@/lib/env";
import { siteHandler } from "@/server/site-server";

let server: Server;
const files: Record<string, string | Buffer> = {
  "index.html": '<script type="module" src="/assets/index-B3xk2L9a.js"></script>',
  "about.html": "about",
  "docs/index.html": "docs",
  "empty/readme.txt": "text",
  "assets/index-B3xk2L9a.js": "export {}",
  "assets/index-B3xk2L9a.js.br": brotliCompressSync("export {}"),
  "data.json.gz": "not the same",
  "assets/component-20240101.js": "dated",
  "data.json": "0123456789",
  "photo of me.png": "png",
  ".well-known/security.txt": "mail",
  "404.html": "custom missing",
};

const sites: Record<string, ServedSite> = {
  "my-app": { environmentId: "env1", releaseId: "dep1", spaFallback: false },
  fresh: { environmentId: "env2", releaseId: null, spaFallback: false },
  ruled: { environmentId: "env3", releaseId: "dep3", spaFallback: true },
  damaged: { environmentId: "env4", releaseId: "dep4", spaFallback: false },
  lost: { environmentId: "env5", releaseId: "dep5", spaFallback: false },
};

beforeAll(async () => {
  setEnv(testEnv({ SLIPWAY_SITES_FALLBACK: "on" }));
  await seedRelease("env1", "dep1", files);
  await seedRelease("env3", "dep3", {
    "index.html": "start",
    "404.html": "custom missing",
    "assets/app.js": "export {}",
    "build/app-B3xk2L9a.js": "export {}",
    "logo.svgz": gzipSync("<svg/>"),
    ".well-known/matrix/client": "{}",
    _redirects: "/old /new 302\n/latest.js /build/app-B3xk2L9a.js 200\n",
    _headers:
      "/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n  X-Frame-Options: DENY\n  Content-Type: text/javascript\n",
  });
  await seedRelease("env4", "dep4", { "index.html": "whole" });
  writeFileSync(path.join(env().dataDir, "outside.txt"), "SECRET");
  // What a release may not hold: what comes from the disk by itself is not in the manifest, so it is not served.
  const root = filesFolder(releaseFolder("env1", "dep1"));
  symlinkSync("../../../../outside.txt", path.join(root, "out.txt"));
  symlinkSync("/etc", path.join(root, "etc"));
  writeFileSync(path.join(root, ".env"), "SECRET");
  writeFileSync(path.join(root, "later.txt"), "SECRET");
  const find = async (site: string) => sites[site] ?? null;
  server = createServer((req, res) => {
    if (!siteHandler(req, res, find)) res.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => void server.close());

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The raw target: fetch would tidy it. */
function ask(target: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const all = { host: "my-app.localhost:3000", ...headers };
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", path: target, method, headers: all }, (res) => {
      let body = "";
      res.on("data", (chunk) => (body += chunk));
      res.on("end", () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("a published site", () => {
  it.each([
    ["/", "index.html", "text/html; charset=utf-8", "no-cache"],
    ["/about", "about.html", "text/html; charset=utf-8", "no-cache"],
    ["/docs/", "docs/index.html", "text/html; charset=utf-8", "no-cache"],
    [
      "/assets/index-B3xk2L9a.js?v=1",
      "assets/index-B3xk2L9a.js",
      "text/javascript; charset=utf-8",
      "public, max-age=31536000, immutable",
    ],
    [
      "/assets/component-20240101.js",
      "assets/component-20240101.js",
      "text/javascript; charset=utf-8",
      "no-cache",
    ],
    ["/data.json", "data.json", "application/json; charset=utf-8", "no-cache"],
    ["/photo%20of%20me.png", "photo of me.png", "image/png", "no-cache"],
    ["/.well-known/security.txt", ".well-known/security.txt", "text/plain; charset=utf-8", "no-cache"],
  ])(
    "answers %s with the file, its type and how long it may be kept",
    async (target, file, type, caching) => {
      const answer = await ask(target);
      expect(answer).toMatchObject({ status: 200, body: files[file] });
      expect(answer.headers).toMatchObject({
        "content-type": type,
        "cache-control": caching,
        "x-content-type-options": "nosniff",
        "accept-ranges": "bytes",
        "content-length": String(files[file]?.length),
      });
    },
  );

  it.each([
    "/.env",
    "/.git/config",
    "/a/.htaccess",
    "/%2eenv",
    "/a/%2e%2e/.env",
    "/../outside.txt",
    "/..%2f..%2foutside.txt",
    "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/outside.txt",
    "/docs/..%5c..%5coutside.txt",
    "/docs\\..\\.env",
    "/data.json%00.html",
    "/%c0%ae%c0%ae/outside.txt",
    "/%zz",
    "/out.txt",
    "/etc/passwd",
    "/later.txt",
    "/empty/",
    "/nothing",
    "/data.json/",
    `/${"x".repeat(5000)}`,
  ])("answers %s with its own 404 page", async (target) => {
    expect(await ask(target)).toMatchObject({ status: 404, body: "custom missing" });
  });

  it("redirects a folder to the address with a slash, on the same origin", async () => {
    const answer = await ask("/docs?a=1");
    expect(answer.status).toBe(301);
    expect(answer.headers.location).toBe("/docs/?a=1");
    expect((await ask("//docs")).headers.location).toBe("/docs/");
  });

  it.each([
    ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=-2", 206, "89", "bytes 8-9/10"],
    ["bytes=5-100", 206, "56789", "bytes 5-9/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["bytes=-0", 416, "", "bytes */10"],
    ["bytes=5-2", 416, "", "bytes */10"],
    ["bytes=0-1,3-4", 200, "0123456789", undefined],
    ["lines=0-1", 200, "0123456789", undefined],
  ])("answers the range %s", async (range, status, body, contentRange) => {
    const answer = await ask("/data.json", { range });
    expect(answer).toMatchObject({ status, body });
    expect(answer.headers["content-range"]).toBe(contentRange);
  });

  it("sends the whole file when If-Range names another version", async () => {
    expect(await ask("/data.json", { range: "bytes=0-3", "if-range": '"old"' })).toMatchObject({
      status: 200,
    });
    const { etag = "" } = (await ask("/data.json")).headers;
    expect(await ask("/data.json", { range: "bytes=0-3", "if-range": etag })).toMatchObject({ status: 206 });
  });

  it("answers 304 when the copy of the browser is still valid", async () => {
    const { etag = "", "last-modified": modified } = (await ask("/data.json")).headers;
    // Of the publishing, not of the file: builds set the times of their files to one fixed date.
    expect(Math.abs(Date.parse(modified ?? "") - Date.now())).toBeLessThan(120_000);
    expect(await ask("/data.json", { "if-none-match": etag })).toMatchObject({ status: 304, body: "" });
    expect(await ask("/data.json", { "if-none-match": `"x", W/${etag}` })).toMatchObject({ status: 304 });
    expect(await ask("/data.json", { "if-none-match": '"x"' })).toMatchObject({ status: 200 });
    const later = new Date(Date.now() + 60_000).toUTCString();
    expect(await ask("/data.json", { "if-modified-since": later })).toMatchObject({ status: 200 });
  });

  it("answers HEAD with the headers alone and refuses other methods than GET", async () => {
    const head = await ask("/data.json", {}, "HEAD");
    expect(head).toMatchObject({ status: 200, body: "" });
    expect(head.headers["content-length"]).toBe("10");
    const post = await ask("/data.json", {}, "POST");
    expect(post.status).toBe(405);
    expect(post.headers.allow).toBe("GET, HEAD");
  });

  it("sends the compressed copy to clients that accept it", async () => {
    const answer = await ask("/assets/index-B3xk2L9a.js", { "accept-encoding": "gzip, br" });
    expect(answer.headers["content-length"]).toBe(String(files["assets/index-B3xk2L9a.js.br"]?.length));
    expect(answer.headers).toMatchObject({
      "content-encoding": "br",
      "content-type": "text/javascript; charset=utf-8",
      vary: "accept-encoding",
    });
    const refused = await ask("/assets/index-B3xk2L9a.js", { "accept-encoding": "br;q=0" });
    expect(refused.headers["content-encoding"]).toBeUndefined();
  });

  it("distinguishes an unknown site from one that has no release yet", async () => {
    const unknown = await ask("/", { host: "nobody.localhost:3000" });
    expect(unknown.status).toBe(404);
    expect(unknown.body).toContain("No site here");
    const fresh = await ask("/", { host: "fresh.localhost:3000" });
    expect(fresh.status).toBe(404);
    expect(fresh.body).toContain("Nothing published yet");
    expect((await ask("/", { host: "a.b.localhost:3000" })).body).toContain("No site here");
    expect((await ask("/", { host: "..localhost:3000" })).body).toContain("No site here");
  });
});

describe("the rules of a site", () => {
  const at = { host: "ruled.localhost:3000" };

  it("set headers of its files, and not of the 404 page", async () => {
    const script = await ask("/assets/app.js", at);
    expect(script.headers).toMatchObject({
      "cache-control": "public, max-age=31536000, immutable",
      "x-frame-options": "DENY",
    });
    const gone = await ask("/assets/missing.js", at);
    expect(gone).toMatchObject({ status: 404, body: "custom missing" });
    expect(gone.headers).toMatchObject({
      "cache-control": "no-cache",
      "content-type": "text/html; charset=utf-8",
      "x-frame-options": "DENY",
    });
    const page = await ask("/assets/orders/42", at);
    expect(page).toMatchObject({ status: 200, body: "start" });
    expect(page.headers).toMatchObject({
      "cache-control": "no-cache",
      "content-type": "text/html; charset=utf-8",
    });
  });

  it("redirect visitors, and the rule files themselves are not served", async () => {
    const answer = await ask("/old?a=1", at);
    expect(answer).toMatchObject({ status: 302, body: "" });
    expect(answer.headers.location).toBe("/new?a=1");
    expect((await ask("/_redirects", at)).body).toBe("start");
    expect((await ask("/_headers", at)).body).not.toContain("X-Frame");
  });

  it("permit cross-origin reads of .well-known", async () => {
    const { headers } = await ask("/.well-known/matrix/client", at);
    expect(headers).toMatchObject({
      "access-control-allow-origin": "*",
      "content-type": "application/json; charset=utf-8",
    });
    expect((await ask("/", at)).headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("serve .svgz with Content-Encoding gzip", async () => {
    const { headers } = await ask("/logo.svgz", at);
    expect(headers).toMatchObject({ "content-type": "image/svg+xml", "content-encoding": "gzip" });
  });
});

describe("a release that the disk damaged", () => {
  it("is answered with an error instead of a part of a file", async () => {
    const at = { host: "damaged.localhost:3000" };
    expect(await ask("/", at)).toMatchObject({ status: 200, body: "whole" });
    truncateSync(path.join(filesFolder(releaseFolder("env4", "dep4")), "index.html"));
    const answer = await ask("/", at);
    expect(answer.status).toBe(503);
    expect(answer.body).toContain("Deploy it again");
    const gone = await ask("/", { host: "lost.localhost:3000" });
    expect(gone.status).toBe(503);
  });
});

describe("a site served at the app's own origin", () => {
  it("is available only where the instance allows it", async () => {
    const before = env();
    setEnv({ ...before, sitesFallback: false });
    expect(await ask("/sites/my-app/", { host: "localhost:3000" })).toMatchObject({ status: 204 });
    setEnv(before);
  });

  it("may send no forms, and its own header rules do not apply", async () => {
    const { headers } = await ask("/sites/ruled/assets/app.js", { host: "localhost:3000" });
    expect(headers["content-security-policy"]).not.toContain("allow-forms");
    expect(headers).not.toHaveProperty("x-frame-options");
    const led = await ask("/sites/ruled/old", { host: "localhost:3000" });
    expect(led.headers.location).toBe("/sites/ruled/new");
  });

  it("keeps no file that stands in for another one in the browser's cache", async () => {
    for (const host of ["localhost:3000", "ruled.localhost:3000"]) {
      const prefix = host === "localhost:3000" ? "/sites/ruled" : "";
      const cachingOf = async (path: string) => (await ask(prefix + path, { host })).headers["cache-control"];
      expect(await cachingOf("/build/app-B3xk2L9a.js")).toContain("immutable");
      expect(await cachingOf("/latest.js")).toBe("no-cache");
    }
  });

  it("runs in a sandbox", async () => {
    const answer = await ask("/sites/my-app/", { host: "localhost:3000" });
    expect(answer).toMatchObject({ status: 200, body: files["index.html"] });
    expect(answer.headers["content-security-policy"]).toMatch(/^sandbox (?!.*allow-same-origin)/);
    expect(answer.headers["access-control-allow-origin"]).toBe("*");
  });

  it("redirects within its own folder", async () => {
    expect((await ask("/sites/my-app", { host: "localhost:3000" })).headers.location).toBe("/sites/my-app/");
    expect((await ask("/sites/my-app/docs", { host: "localhost:3000" })).headers.location).toBe(
      "/sites/my-app/docs/",
    );
  });

  it.each([
    "/sites/..%2f..%2foutside.txt/",
    "/sites/../outside.txt",
    "/sites/%2e%2e/x",
    "/sites/my-app/..%2f.env",
  ])("gives no access to other files by %s", async (target) => {
    const answer = await ask(target, { host: "localhost:3000" });
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain("SECRET");
  });

  it.each(["/", "/sites", "/api/health", "/site/my-app/"])("leaves %s to the app", async (target) => {
    expect(await ask(target, { host: "localhost:3000" })).toMatchObject({ status: 204 });
  });
});

describe("sites on a domain of their own", () => {
  it("are found by host name, and only below that domain", async () => {
    const before = env();
    setEnv({ ...before, sitesUrl: "https://*.sites.example.com" });
    expect(await ask("/data.json", { host: "my-app.sites.example.com" })).toMatchObject({ status: 200 });
    expect(await ask("/data.json", { host: "MY-APP.Sites.Example.com:8443" })).toMatchObject({ status: 200 });
    expect(await ask("/data.json", { host: "my-app.localhost" })).toMatchObject({ status: 204 });
    expect(await ask("/data.json", { host: "evilsites.example.com" })).toMatchObject({ status: 204 });
    setEnv(before);
  });
});
