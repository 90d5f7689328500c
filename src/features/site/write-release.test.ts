import { existsSync, readlinkSync, statSync, truncateSync, utimesSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { testEnv } from "@test/kit/database";
import { seedRelease } from "@test/kit/site";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { filesFolder, manifestFile, releaseFolder } from "@/features/site/folder";
import { damagedFiles, readManifest } from "@/features/site/manifest";
import { setEnv } from "@/lib/env";
import { newId } from "@/lib/id";

beforeAll(() => setEnv(testEnv()));
afterEach(() => vi.restoreAllMocks());

const release = async (files: Record<string, string | Buffer>, previous = null) => {
  const id = newId();
  const manifest = await seedRelease("env", id, files, previous);
  return { manifest, folder: releaseFolder("env", id) };
};

describe("writing a release", () => {
  it.runIf(process.platform === "linux")(
    "flushes every file and folder to disk before its manifest marks it complete",
    async () => {
      const handle = await open("/dev/null", "r");
      const prototype = Object.getPrototypeOf(handle) as FileHandle;
      await handle.close();
      const synced: string[] = [];
      const { sync } = prototype;
      vi.spyOn(prototype, "sync").mockImplementation(async function (this: FileHandle) {
        const name = readlinkSync(`/proc/self/fd/${this.fd}`);
        synced.push(name);
        if (name.includes("/files"))
          expect(existsSync(`${name.split("/files")[0]}/manifest.json`)).toBe(false);
        return sync.call(this);
      });
      const { folder } = await release({ "index.html": "a", "docs/deep/page.html": "b" });
      const root = filesFolder(folder);
      const names = ["index.html", "docs/deep/page.html", "docs/deep", "docs", ""];
      for (const name of names) expect(synced).toContain(path.join(root, name));
      expect(synced.at(-2)).toBe(`${manifestFile(folder)}.tmp`);
      expect(synced.at(-1)).toBe(folder);
    },
  );

  it("is incomplete without its manifest, or with a file cut short", async () => {
    const { folder } = await release({ "index.html": "hello", "a/b.txt": "text" });
    expect(await damagedFiles(folder)).toEqual([]);
    truncateSync(path.join(filesFolder(folder), "index.html"));
    expect(await damagedFiles(folder)).toEqual(["index.html"]);
    truncateSync(manifestFile(folder), 20);
    expect(await damagedFiles(folder)).toBeNull();
    expect(await readManifest(folder)).toBeNull();
  });
});

describe("the manifest entry of a file", () => {
  it.each([
    ["index.html", "<p>ü", "text/html; charset=utf-8"],
    ["old.html", Buffer.from("<meta charset=latin1><p>\xfc", "latin1"), "text/html"],
    ["app.js", "export {}", "text/javascript; charset=utf-8"],
    ["data.json", "{}", "application/json; charset=utf-8"],
    ["logo.svg", "<svg/>", "image/svg+xml; charset=utf-8"],
    ["photo.png", Buffer.from([0x89, 0x50]), "image/png"],
    [".well-known/apple-app-site-association", "{}", "application/json; charset=utf-8"],
    [".well-known/matrix/client", '{"m.homeserver":{}}', "application/json; charset=utf-8"],
    [".well-known/openid-configuration", ' {"issuer":"x"}', "application/json; charset=utf-8"],
    ["LICENSE", "Do what you want", "text/plain; charset=utf-8"],
    ["page", "<!doctype html><p>x", "text/html; charset=utf-8"],
    ["blob", Buffer.from([0, 255, 254]), "application/octet-stream"],
    ["utf16.txt", Buffer.from("\ufeffhi", "utf16le"), "text/plain; charset=utf-16le"],
  ])("names the media type of %s", async (name, content, type) => {
    const { manifest } = await release({ [name]: content });
    expect(manifest.files[name]?.type).toBe(type);
  });

  it("says that .svgz is compressed SVG", async () => {
    const { manifest } = await release({ "logo.svgz": gzipSync("<svg/>"), "plain.svgz": "<svg/>" });
    expect(manifest.files["logo.svgz"]).toMatchObject({ type: "image/svg+xml", encoding: "gzip" });
    expect(manifest.files["plain.svgz"]).not.toHaveProperty("encoding");
  });

  it("says since when it has this content under this name", async () => {
    const one = await seedRelease("env", newId(), { "a.txt": "a", "b.txt": "b" });
    for (const file of Object.values(one.files)) file.since = 1_000;
    const two = await seedRelease("env", newId(), { "a.txt": "a", "b.txt": "new" }, one);
    expect(two.files["a.txt"]?.since).toBe(1_000);
    expect(two.files["b.txt"]?.since).toBeGreaterThan(1_000);
  });

  it("depends on its content, whatever modification time is set", async () => {
    const one = await release({ "app.js": "let a=1" });
    const two = await release({ "app.js": "let a=2" });
    for (const { folder } of [one, two]) utimesSync(path.join(filesFolder(folder), "app.js"), 1, 1);
    expect(one.manifest.files["app.js"]?.hash).not.toBe(two.manifest.files["app.js"]?.hash);
    expect(statSync(path.join(filesFolder(one.folder), "app.js")).size).toBe(7);
  });

  it("says that it is only a Git LFS pointer, in any folder and without .gitattributes", async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12345\n`;
    const { manifest } = await release({ "index.html": "x", "img/a.png": pointer });
    expect(manifest.files["img/a.png"]?.type).toBe("text/plain; charset=utf-8");
    expect(manifest.warnings).toEqual([{ code: "lfs_pointers", params: { files: "img/a.png" } }]);
  });

  it("lists the compressed copies that hold the same bytes", async () => {
    const text = "a".repeat(1000);
    const { manifest } = await release({
      "index.html": text,
      "index.html.br": brotliCompressSync(text),
      "index.html.gz": gzipSync("an older build"),
      "other.js": text,
      "other.js.br": "no brotli at all",
    });
    expect(manifest.files["index.html"]).toHaveProperty("br");
    expect(manifest.files["index.html"]).not.toHaveProperty("gzip");
    expect(manifest.files["other.js"]).not.toHaveProperty("br");
  });
});

describe("a file with an immutable cache header", () => {
  it.each([
    ["app-B3xk2L9a.js", true],
    ["style.3f2a9c1b.css", true],
    ["fonts/inter-CKq8vW2z.woff2", true],
    ["img/logo-CKq8vW2z.svg", false],
    ["brochure-2024Q3v1.png", false],
    ["plan-Q3FY24v2.png", false],
    ["data-2024Q1v2.json", false],
    ["room-2a4b6c8d.jpg", false],
    ["demo-4K60FpsV2.mp4", false],
    ["CV-JaneDoe2024.pdf", false],
    ["team-PhotoJune24.jpg", false],
    ["Annual_ReportV2.pdf", false],
    ["menu-SummerMenu25.pdf", false],
    ["price.ListQ3Final2.csv", false],
    ["component-20240101.js", false],
    ["CV-B3xk2L9a.pdf", false],
    ["page-B3xk2L9a.html", false],
  ])("is %s: %s", async (name, immutable) => {
    const { manifest } = await release({ [name]: name });
    expect(manifest.files[name]?.immutable ?? false).toBe(immutable);
  });

  it("is one whose name holds the hash of its content, whatever it is", async () => {
    // The MD5 of "hello".
    const { manifest } = await release({ "CV-5d41402abc4b2a76.pdf": "hello" });
    expect(manifest.files["CV-5d41402abc4b2a76.pdf"]?.immutable).toBe(true);
  });

  it("is none whose content once changed under the same name", async () => {
    const name = "app-B3xk2L9a.js";
    const one = await seedRelease("env", newId(), { [name]: "one" });
    const two = await seedRelease("env", newId(), { [name]: "two" }, one);
    const three = await seedRelease("env", newId(), { [name]: "two" }, two);
    expect([one, two, three].map(({ files }) => files[name]?.immutable ?? false)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("warnings of a release", () => {
  it("say that there is no index page", async () => {
    expect((await release({ "about.html": "x" })).manifest.warnings).toEqual([{ code: "index_missing" }]);
  });

  it("name rules that other hosts read differently, and the rule files are not published", async () => {
    const { manifest } = await release({
      "index.html": "x",
      "old.html": "x",
      _redirects: "/old.html /new\n/a /b 301!\n/c https://example.com/ 200\n",
      _headers: "/*\n  X-Frame-Options: DENY\n  ! X-Other\n",
    });
    expect(Object.keys(manifest.files)).toEqual(["index.html", "old.html"]);
    expect(manifest.warnings).toEqual([
      { code: "redirect_rule_differs", params: { why: "file_wins", lines: "1" } },
      { code: "redirect_rule_differs", params: { why: "force", lines: "2" } },
      { code: "redirect_rule_ignored", params: { why: "proxy", lines: "3" } },
      { code: "header_rule_differs", params: { why: "unset", lines: "3" } },
    ]);
  });

  it.each([
    ["_headers", "/private/*\n  Basic-Auth: robin:secret\n", "Basic-Auth"],
    ["_headers", `/private/*\n  Basic-Auth: ${"robin:secret ".repeat(200)}\n`, "Basic-Auth"],
    ["_headers", "/private/*\nBasic-Auth: robin:secret\n", "Basic-Auth"],
    ["_headers", "https://example.com/*\n  Basic-Auth: robin:secret\n", "Basic-Auth"],
    ["_redirects", "/private/* /private/:splat 200! Role=admin\n", "Role=admin"],
    ["_redirects", "/private/* /login.html 401!\n", "401!"],
  ])("refuse to publish when %s asks visitors to sign in: %j", async (file, text, rule) => {
    const reason = { code: "site_password_unsupported", params: { file, rule } };
    await expect(release({ "index.html": "x", [file]: text })).rejects.toMatchObject({ reason });
  });
});
