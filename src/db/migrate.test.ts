import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { databaseUrl, testServerUrl } from "@test/kit/database";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { createDatabase, dropDatabase, onServer } from "@/db/create-database";
import { migrate } from "@/db/migrate";
import { log } from "@/lib/log";

let folder: string;
let url: string;
let drop: () => Promise<void>;

function write(name: string, sql: string): void {
  mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, name, "migration.sql"), sql);
}

async function query(sql: string): Promise<unknown[]> {
  return (await onServer(url, (client) => client.query(sql))).rows;
}

const recorded = () =>
  query(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS done FROM "_prisma_migrations" ORDER BY 1`,
  );

beforeEach(async () => {
  folder = path.join(inject("testFolder"), randomUUID());
  const server = await testServerUrl();
  const name = `${inject("testPrefix")}${randomUUID()}`;
  await createDatabase(server, name);
  url = databaseUrl(server, name);
  drop = () => dropDatabase(server, name);
  write("1_first", "CREATE TABLE a (id INT PRIMARY KEY);");
  write("2_second", "CREATE TABLE b (id INT PRIMARY KEY); INSERT INTO b VALUES (1);");
});

afterEach(async () => {
  await drop();
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

describe("migrating", () => {
  it("applies the missing migrations in order, each once", async () => {
    expect(await migrate(url, folder)).toEqual(["1_first", "2_second"]);
    write("3_third", "ALTER TABLE b ADD COLUMN c INT;");
    expect(await migrate(url, folder)).toEqual(["3_third"]);
    expect(await migrate(url, folder)).toEqual([]);
    expect(await query("SELECT * FROM b")).toEqual([{ id: 1, c: null }]);
  });

  it("refuses a database that a newer version has changed, and leaves it as it is", async () => {
    write("9_newer", "CREATE TABLE c (id INT);");
    await migrate(url, folder);
    rmSync(path.join(folder, "9_newer"), { recursive: true });
    write("3_third", "ALTER TABLE b ADD COLUMN c INT;");
    const refused = migrate(url, folder);
    await expect(refused).rejects.toMatchObject({
      code: "conflict",
      reason: { code: "database_newer", params: { names: ["9_newer"] } },
    });
    expect(await query("SELECT * FROM b")).toEqual([{ id: 1 }]);
  });

  it("accepts a database whose older migrations were merged into later ones", async () => {
    await migrate(url, folder);
    rmSync(path.join(folder, "1_first"), { recursive: true });
    expect(await migrate(url, folder)).toEqual([]);
  });

  it("is done by one of several processes that start at once", async () => {
    const results = await Promise.all([1, 2, 3].map(() => migrate(url, folder)));
    expect(results.flat().sort()).toEqual(["1_first", "2_second"]);
    expect(await recorded()).toHaveLength(2);
  });

  it("rolls back a migration that fails, and names it", async () => {
    write("2_second", "CREATE TABLE b (id INT); SELECT nonsense;");
    await expect(migrate(url, folder)).rejects.toThrow(/2_second failed: column "nonsense" does not exist/);
    expect(await recorded()).toEqual([{ name: "1_first", done: true }]);
    expect(await query("SELECT to_regclass('b') AS b")).toEqual([{ b: null }]);
    write("2_second", "CREATE TABLE b (id INT);");
    expect(await migrate(url, folder)).toEqual(["2_second"]);
  });

  it("names the migration at which the server became unreachable, and continues with it at the next start", async () => {
    write("2_second", "SELECT pg_terminate_backend(pg_backend_pid());");
    await expect(migrate(url, folder)).rejects.toThrow(/2_second failed: .*terminat/);
    expect(await recorded()).toEqual([{ name: "1_first", done: true }]);
    write("2_second", "CREATE TABLE b (id INT);");
    expect(await migrate(url, folder)).toEqual(["2_second"]);
  });

  it("warns of a migration that was edited after it was applied", async () => {
    await migrate(url, folder);
    const warn = vi.spyOn(log, "warn").mockImplementation(() => undefined);
    write("1_first", "CREATE TABLE a (id BIGINT PRIMARY KEY);");
    expect(await migrate(url, folder)).toEqual([]);
    expect(warn).toHaveBeenCalledWith({ migration: "1_first" }, expect.stringContaining("edited"));
  });

  it("runs statements that cannot be in a transaction outside of one", async () => {
    write(
      "3_third",
      "-- slipway: no transaction\nCREATE INDEX CONCURRENTLY b_id ON b(id);\n-- done\nSELECT 1;\n",
    );
    expect(await migrate(url, folder)).toContain("3_third");
    expect(await query("SELECT indexname FROM pg_indexes WHERE indexname = 'b_id'")).toHaveLength(1);
  });

  it("stops at a migration that was left unfinished", async () => {
    write("3_third", "-- slipway: no transaction\nCREATE TABLE d (id INT);\nSELECT nonsense;\n");
    await expect(migrate(url, folder)).rejects.toMatchObject({ reason: { code: "migration_failed" } });
    await expect(migrate(url, folder)).rejects.toMatchObject({ reason: { code: "migration_unfinished" } });
    await query(`UPDATE "_prisma_migrations" SET rolled_back_at = now() WHERE migration_name = '3_third'`);
    write("3_third", "SELECT 1;");
    expect(await migrate(url, folder)).toEqual(["3_third"]);
  });
});
