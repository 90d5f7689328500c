import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isInstalled } from "./install.mjs";
import { hashSources, isBuilt, markBuilt, unmarkBuilt } from "./sources.mjs";

let root: string;

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
}

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "slipway-sources-"));
  write("src/app/page.tsx", "export default 1;");
});

afterEach(() => rmSync(root, { recursive: true }));

describe("the built app", () => {
  beforeEach(() => {
    write("dist/main.mjs", "");
    write("dist/api-reference.json", "{}");
    write(".next/BUILD_ID", "x");
    markBuilt(root, hashSources(root));
  });

  it("is kept while its sources stay the same", () => {
    expect(isBuilt(root)).toBe(true);
    write("src/app/page.test.tsx", "a test is not built");
    write("src/db/generated/client.ts", "made from the schema");
    expect(isBuilt(root)).toBe(true);
  });

  it.each([
    "src/app/page.tsx",
    "src/app/new.tsx",
    "prisma/schema/x.prisma",
    "package-lock.json",
    "public/a.svg",
  ])("is built again after a change of %s", (name) => {
    write(name, "changed");
    expect(isBuilt(root)).toBe(false);
  });

  it("is built again when the last build was interrupted or a part of it is gone", () => {
    rmSync(path.join(root, "dist/main.mjs"));
    expect(isBuilt(root)).toBe(false);
    write("dist/main.mjs", "");
    unmarkBuilt(root);
    expect(isBuilt(root)).toBe(false);
  });

  it("is built again when a file moves", () => {
    write("src/app/other.tsx", "export default 1;");
    rmSync(path.join(root, "src/app/page.tsx"));
    expect(isBuilt(root)).toBe(false);
  });
});

describe("the installed packages", () => {
  const lock = (packages: object) => JSON.stringify({ packages });
  const a = { version: "1.0.0", integrity: "sha512-a" };

  it("are up to date when the record of npm agrees with the lockfile", () => {
    write(
      "package-lock.json",
      lock({ "": {}, "node_modules/a": a, "node_modules/b": { ...a, optional: true } }),
    );
    expect(isInstalled(root)).toBe(false);
    write("node_modules/.package-lock.json", lock({ "node_modules/a": a }));
    expect(isInstalled(root)).toBe(true);
  });

  it("are installed again after a change of the lockfile", () => {
    write("node_modules/.package-lock.json", lock({ "node_modules/a": a }));
    write(
      "package-lock.json",
      lock({ "": {}, "node_modules/a": { ...a, version: "1.0.1", integrity: "sha512-b" } }),
    );
    expect(isInstalled(root)).toBe(false);
    write("package-lock.json", lock({ "": {}, "node_modules/a": a, "node_modules/c": a }));
    expect(isInstalled(root)).toBe(false);
  });
});
