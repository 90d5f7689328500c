import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outputLimits, sanitizeOutput } from "@/features/deployment/run/sanitize-output";

const idle = new AbortController().signal;
let source: string;
beforeEach(() => {
  source = mkdtempSync(path.join(os.tmpdir(), "slipway-output-"));
});
afterEach(() => rmSync(source, { recursive: true }));

function write(name: string, text = name): void {
  const full = path.join(source, name);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
}

function link(name: string, target: string): void {
  mkdirSync(path.dirname(path.join(source, name)), { recursive: true });
  symlinkSync(target, path.join(source, name));
}

async function chosen(folder = "dist", limits = outputLimits) {
  const { files, ...rest } = await sanitizeOutput(path.join(source, folder), source, idle, limits);
  return { names: files.map((file) => file.name), ...rest };
}

describe("the published copy of a folder", () => {
  it("leaves out dotfiles except .well-known", async () => {
    for (const name of ["index.html", ".env", ".git/config", ".well-known/security.txt", "a/.htpasswd"]) {
      write(`dist/${name}`);
    }
    expect(await chosen()).toEqual({
      names: [".well-known/security.txt", "index.html"],
      leftOut: [".env", ".git", "a/.htpasswd"],
      unreadable: [],
    });
  });

  it("contains the targets of links inside the repository, also in other folders", async () => {
    write("dist/index.html");
    write("shared/logo.svg");
    link("dist/img", "../shared");
    link("dist/home.html", "index.html");
    expect((await chosen()).names).toEqual(["home.html", "img/logo.svg", "index.html"]);
  });

  it("follows no link out of the repository", async () => {
    write("dist/index.html");
    link("dist/passwd", "/etc/passwd");
    link("dist/etc", "/etc");
    link("dist/up", "../..");
    expect(await chosen()).toMatchObject({ names: ["index.html"], leftOut: ["etc", "passwd", "up"] });
  });

  it("leaves out links that lead nowhere, and what is neither a file nor a folder", async () => {
    write("dist/index.html");
    link("dist/nowhere", "missing.html");
    execFileSync("mkfifo", [path.join(source, "dist/pipe")]);
    expect(await chosen()).toMatchObject({ names: ["index.html"], leftOut: ["nowhere", "pipe"] });
  });

  it("names the first ten that are left out, and says when there are more", async () => {
    const names = Array.from({ length: 12 }, (_, n) => `.${10 + n}`);
    for (const name of names.slice(0, 10)) write(`dist/${name}`);
    expect((await chosen()).leftOut).toEqual(names.slice(0, 10));
    for (const name of names.slice(10)) write(`dist/${name}`);
    expect((await chosen()).leftOut).toEqual([...names.slice(0, 10), "…"]);
  });

  it("is given up when the deployment is stopped", async () => {
    write("dist/index.html");
    const stopped = AbortSignal.abort(new Error("stopped"));
    await expect(sanitizeOutput(path.join(source, "dist"), source, stopped)).rejects.toThrow("stopped");
  });

  it("follows no link to a dotfile", async () => {
    write(".env");
    write(".git/config");
    write("dist/index.html");
    link("dist/env.txt", "../.env");
    link("dist/config", "../.git");
    expect(await chosen()).toMatchObject({ names: ["index.html"], leftOut: ["config", "env.txt"] });
  });

  it("does not follow a link from a folder into itself", async () => {
    write("dist/index.html");
    link("dist/again", ".");
    link("dist/a/back", "..");
    expect(await chosen()).toMatchObject({ names: ["index.html"], leftOut: ["a/back", "again"] });
  });

  it("leaves out files that no URL can reach, and names them", async () => {
    write("dist/index.html");
    const folder = Buffer.concat([Buffer.from(path.join(source, "dist/caf")), Buffer.from([0xe9])]);
    mkdirSync(folder);
    writeFileSync(Buffer.concat([folder, Buffer.from("/menu.html")]), "menu");
    write("dist/a\\b.txt");
    expect(await chosen()).toEqual({
      names: ["index.html"],
      leftOut: [],
      unreadable: ["a\\b.txt", "caf\\xe9"],
    });
  });

  it("refuses more files than the limit", async () => {
    for (const name of ["a", "b", "c"]) write(`dist/${name}`);
    await expect(chosen("dist", { files: 2, bytes: 100 })).rejects.toMatchObject({
      code: "too_large",
      reason: { code: "output_too_large", params: { limit: 2, what: "files" } },
    });
    expect((await chosen("dist", { files: 3, bytes: 100 })).names).toHaveLength(3);
  });

  it("refuses more bytes than the limit", async () => {
    write("dist/a", "12345");
    write("dist/b", "12345");
    await expect(chosen("dist", { files: 9, bytes: 9 })).rejects.toMatchObject({
      code: "too_large",
      reason: { code: "output_too_large", params: { limit: 9, what: "bytes" } },
    });
    expect((await chosen("dist", { files: 9, bytes: 10 })).names).toHaveLength(2);
  });
});
