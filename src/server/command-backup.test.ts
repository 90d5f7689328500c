import { writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { testDatabase } from "@test/kit/database";
import { describe, expect, inject, it } from "vitest";
import { newId } from "@/lib/id";
import { restoreCommands } from "@/server/command-backup";

testDatabase();

const restore = async (file: string) => restoreCommands.from?.run([file]);
function fileWith(bytes: string | Buffer): string {
  const file = path.join(inject("testFolder"), newId());
  writeFileSync(file, bytes);
  return file;
}

describe("restoring from a file", () => {
  it("that does not exist fails and names the file", async () => {
    const file = path.join(inject("testFolder"), "missing.gz");
    await expect(restore(file)).rejects.toMatchObject({
      reason: { code: "backup_file", params: { file, problem: "ENOENT" } },
    });
  });

  it.each([
    ["that is no gzip", () => fileWith("plain text")],
    ["that is cut off", () => fileWith(gzipSync("x".repeat(10_000)).subarray(0, 20))],
    ["with one absurd line", () => fileWith(gzipSync("x".repeat(40_000_000)))],
    ["that is empty", () => fileWith("")],
  ])("%s fails with one clear line", async (_, made) => {
    await expect(restore(made())).rejects.toMatchObject({ reason: { code: "backup_damaged" } });
  });
});
