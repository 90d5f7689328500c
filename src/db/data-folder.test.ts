import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDataFolder } from "@/db/data-folder";

const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-folder-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the data folder", () => {
  it("is created with its parent folders, readable by its owner alone, and stays empty", () => {
    const deep = path.join(folder, "a", "b c", "ü");
    openDataFolder(deep);
    openDataFolder(deep);
    expect(statSync(deep).mode & 0o777).toBe(0o700);
    expect(readdirSync(deep)).toEqual([]);
  });

  it("is refused in one line when its path is a file", () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    expect(() => openDataFolder(file)).toThrow(/data folder .*file cannot be used: it is a file/);
    expect(() => openDataFolder(path.join(file, "below"))).toThrow("cannot be used");
  });

  it.runIf(existsSync("/proc/self"))("is refused at once when it cannot be created", () => {
    expect(() => openDataFolder("/proc/slipway/data")).toThrow(
      "The data folder /proc/slipway/data cannot be used",
    );
  });
});
