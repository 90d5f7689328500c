import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { missingSql } from "./wasm-engine";

const migrations = path.resolve("prisma/migrations");
const lockFile = path.join(migrations, "migration_lock.toml");
const [name] = process.argv.slice(2);

if (!name || !/^[a-z0-9_]{1,80}$/.test(name)) {
  console.error("Usage: npm run db:author -- name_of_the_change   (lower case letters, digits and _)");
  process.exit(1);
}

mkdirSync(migrations, { recursive: true });
const [sql = null] = await missingSql(migrations, [path.resolve("prisma/schema")]);
if (sql === null) {
  console.log("The migrations already lead to the schema; nothing was written.");
} else {
  const stamp = new Date().toISOString().replace(/[-:T]/g, "").slice(0, 14);
  const folder = path.join(migrations, `${stamp}_${name}`);
  mkdirSync(folder);
  writeFileSync(path.join(folder, "migration.sql"), sql);
  if (!existsSync(lockFile)) writeFileSync(lockFile, 'provider = "postgresql"\n');
  console.log(`Wrote ${path.relative(".", folder)}/migration.sql. Read it before you commit it.`);
}
