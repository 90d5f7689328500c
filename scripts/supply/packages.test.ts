import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const read = (name: string) => JSON.parse(readFileSync(path.join(root, name), "utf8"));
const packages: Record<string, { version: string; resolved?: string; hasInstallScript?: boolean }> =
  read("package-lock.json").packages;
const nameAt = (place: string) => place.replace(/^.*node_modules\//, "");

/** The first version without a known hole that counts for a server, and the hole. */
const fixed: Record<string, [version: string, hole: string]> = {
  next: ["16.3.3", "CVE-2026-75604; CVE-2026-44578 and CVE-2026-64642 were fixed before"],
  react: ["19.2.6", "CVE-2026-23870"],
  "react-dom": ["19.2.6", "CVE-2026-23870"],
  "next-auth": ["4.24.15", "GHSA-7rqj-j65f-68wh"],
  "@trpc/server": ["11.8.0", "CVE-2025-68130"],
  undici: ["7.29.0", "CVE-2026-13697"],
  zod: ["3.22.3", "CVE-2023-4316"],
  nodemailer: ["9.1.1", "GHSA-2x7j-588g-ccc2, GHSA-p6gq-j5cr-w38f"],
};

function isOlder(version: string, than: string): boolean {
  const [core = "", early] = version.split("-", 2);
  const [mine, theirs] = [core, than].map((text) => text.split(".").map(Number));
  for (const at of [0, 1, 2]) {
    const difference = (mine?.[at] ?? 0) - (theirs?.[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return early !== undefined; // 16.3.3-canary.1 comes before 16.3.3
}

describe("the installed npm packages", () => {
  it("are compared by version number, pre-releases included", () => {
    const older = (version: string) => isOlder(version, "16.3.3");
    expect(["16.3.2", "15.9.9", "16.2.11", "16.3.3-canary.1"].map(older)).toEqual([true, true, true, true]);
    expect(["16.3.3", "16.3.10", "16.10.0", "17.0.0-rc.1"].map(older)).toEqual([false, false, false, false]);
  });

  it.each(Object.entries(fixed))("hold no copy of %s from before its security fix: %s", (name, [version]) => {
    const copies = Object.entries(packages).filter(([place]) => place !== "" && nameAt(place) === name);
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.filter(([, copy]) => isOlder(copy.version, version))).toEqual([]);
  });

  it("run no install script, and each that has one is listed as looked at", () => {
    const scripted = Object.entries(packages).filter(
      ([place, { hasInstallScript }]) => place && hasInstallScript,
    );
    const named = [...new Set(scripted.map(([place]) => nameAt(place)))];
    const decided = read("package.json").allowScripts;
    expect(Object.keys(decided).toSorted()).toEqual(named.toSorted());
    expect(Object.values(decided).filter((allowed) => allowed !== false)).toEqual([]);
    const settings = readFileSync(path.join(root, ".npmrc"), "utf8").split("\n");
    expect(settings).toContain("strict-allow-scripts=true");
  });

  it("come from a registry, each with its integrity hash", () => {
    const { "": _own, ...installed } = packages;
    const odd = Object.entries(installed).filter(
      ([, entry]) => !("integrity" in entry) || /^(git|file|http:)/.test(entry.resolved ?? ""),
    );
    expect(odd.map(([place]) => place)).toEqual([]);
  });
});
