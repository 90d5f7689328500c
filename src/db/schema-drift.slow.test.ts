import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { missingSql } from "../../scripts/db/wasm-engine";

vi.setConfig({ hookTimeout: 90_000 }); // a whole PostgreSQL in WASM, on a machine that may be busy

const migrations = path.resolve("prisma/migrations");
const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-schema-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the migrations", () => {
  let missing: (string | null)[];
  beforeAll(async () => {
    cpSync(path.resolve("prisma/schema"), folder, { recursive: true });
    const file = path.join(folder, "git.prisma");
    writeFileSync(file, readFileSync(file, "utf8").replace("gitUrl ", "colour String?\n  gitUrl "));
    missing = await missingSql(migrations, [path.resolve("prisma/schema"), folder]);
  });

  it("lead exactly to the schema; else run: npm run db:author -- name_of_the_change", () => {
    expect(missing[0]).toBeNull();
  });

  it("differ from the schema when the schema gets a column that they lack", () => {
    expect(missing[1]).toContain('ADD COLUMN     "colour" TEXT');
  });
});
