import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDataFolder } from "@/db/data-folder";

const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-folder-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the data folder", () => {
  it("is made with all above it, for its owner alone, and left empty", () => {
    const deep = path.join(folder, "a", "b c", "ü");
    openDataFolder(deep);
    openDataFolder(deep);
    expect(statSync(deep).mode & 0o777).toBe(0o700);
    expect(readdirSync(deep)).toEqual([]);
  });

  it("is refused in one line when a file is in its place", () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    expect(() => openDataFolder(file)).toThrow(/data folder .*file cannot be used: it is a file/);
    expect(() => openDataFolder(path.join(file, "below"))).toThrow("cannot be used");
  });

  it.runIf(existsSync("/proc/self"))("is refused at once where nothing can be made", () => {
    expect(() => openDataFolder("/proc/slipway/data")).toThrow(
      "The data folder /proc/slipway/data cannot be used",
    );
  });
});
