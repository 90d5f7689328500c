import { defineConfig } from "prisma/config";

// generate, validate and format never run the schema engine; they only ask that the file exists.
// Without this line the CLI tries to download one.
if (!process.argv.includes("migrate") && !process.argv.includes("db")) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: "prisma/schema",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "postgresql://unused@localhost:5432/unused" },
});
