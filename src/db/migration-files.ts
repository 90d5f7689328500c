import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "@/db/project-root";

export interface Migration {
  /** The name of its folder, which starts with its time. */
  name: string;
  sql: string;
  /** SHA-256 of the file, as Prisma records it. */
  checksum: string;
  /** It begins with `-- slipway: no transaction`, for statements such as CREATE INDEX CONCURRENTLY. */
  alone: boolean;
  /** For `alone`: the statements, each of which ends with a semicolon at the end of a line. */
  statements: string[];
}

/** All migrations in the order they are applied. */
export function readMigrations(folder = path.join(projectRoot(), "prisma", "migrations")): Migration[] {
  return readdirSync(/*turbopackIgnore: true*/ folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(fileOf(folder, entry.name)))
    .map((entry) => entry.name)
    .sort()
    .map((name) => readMigration(name, readFileSync(fileOf(folder, name), "utf8")));
}

/** Hidden from the bundler on purpose: it would copy the whole project into the build. */
function fileOf(folder: string, name: string): string {
  return path.join(/*turbopackIgnore: true*/ folder, name, "migration.sql");
}

function readMigration(name: string, sql: string): Migration {
  return {
    name,
    sql,
    checksum: createHash("sha256").update(sql).digest("hex"),
    alone: /^-- slipway: no transaction\s*$/m.test(sql.split("\n", 1)[0] ?? ""),
    statements: sql.split(/;\s*$/m).filter((part) => part.replace(/^\s*--.*$/gm, "").trim()),
  };
}
