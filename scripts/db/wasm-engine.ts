import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { readMigrations } from "@/db/migration-files";

interface Diff {
  /** 0: the same, 2: they differ. */
  exitCode: number;
  stdout: string | null;
}

interface SchemaEngine {
  diff(params: unknown): Promise<Diff>;
}

interface Bindings extends WebAssembly.ModuleImports {
  SchemaEngine: WebAssembly.ImportValue & {
    new: (options: unknown, log: () => void, factory: unknown) => Promise<SchemaEngine>;
  };
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

let loaded: Promise<Bindings> | undefined;

/** Loaded once: a second instance on the same glue would mix up their memories. */
function bindings(): Promise<Bindings> {
  loaded ??= load();
  return loaded;
}

/** Prisma's schema engine as WASM: the package itself is made for bundlers, so it is put together by hand. */
async function load(): Promise<Bindings> {
  const folder = path.dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"));
  const glue: Bindings = await import(path.join(folder, "schema_engine_bg.js"));
  const module = new WebAssembly.Module(readFileSync(path.join(folder, "schema_engine_bg.wasm")));
  const instance = new WebAssembly.Instance(module, { "./schema_engine_bg.js": { ...glue } });
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => console.error(text) },
  });
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === "function") start();
  return glue;
}

function schemaFiles(folder: string): { path: string; content: string }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".prisma"));
  return names.sort().map((name) => ({ path: name, content: readFileSync(path.join(folder, name), "utf8") }));
}

/**
 * The SQL that leads from the migrations to each of the schemas; null where they agree. The migrations run once, which
 * takes most of the time.
 */
export async function missingSql(
  migrationsFolder: string,
  schemaFolders: readonly string[],
): Promise<(string | null)[]> {
  const database = new PGlite();
  try {
    for (const { sql } of readMigrations(migrationsFolder)) await database.exec(sql);
    const found: (string | null)[] = [];
    for (const folder of schemaFolders) found.push(await missingSqlIn(database, folder));
    return found;
  } finally {
    await database.close();
  }
}

async function missingSqlIn(database: PGlite, schemaFolder: string): Promise<string | null> {
  const files = schemaFiles(schemaFolder);
  const { SchemaEngine } = await bindings();
  const datamodels = files.map(({ path, content }) => [path, content]);
  const factory = bindMigrationAwareSqlAdapterFactory(new PrismaPGlite(database));
  const engine = await SchemaEngine.new({ datamodels }, () => undefined, factory);
  const answer = await engine.diff({
    from: { tag: "schemaDatasource", files, configDir: "." },
    to: { tag: "schemaDatamodel", files },
    script: true,
    exitCode: true,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return answer.exitCode === 2 ? (answer.stdout ?? "") : null;
}
