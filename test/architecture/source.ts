import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseSync } from "oxc-parser";

export const root = path.resolve(import.meta.dirname, "../..");

export interface SourceFile {
  /** Path below the project, with slashes: `src/lib/fault.ts`. */
  path: string;
  text: string;
  /** Every module it names: static, type-only, re-exported and dynamic alike. */
  imports: string[];
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name === "generated" || entry.name === "node_modules" ? [] : walk(full);
    return /\.tsx?$/.test(entry.name) ? [full] : [];
  });
}

function importsOf(file: string, text: string): string[] {
  const { module } = parseSync(file, text);
  const statics = module.staticImports.map((entry) => entry.moduleRequest.value);
  const exports = module.staticExports.flatMap((entry) =>
    entry.entries.flatMap((each) => (each.moduleRequest ? [each.moduleRequest.value] : [])),
  );
  const dynamics = module.dynamicImports.map((entry) =>
    text.slice(entry.moduleRequest.start, entry.moduleRequest.end).replace(/^["'`]|["'`]$/g, ""),
  );
  return [...statics, ...exports, ...dynamics];
}

/** Turn a named module into a file of this project, or null for a package. */
export function resolveImport(from: string, name: string, known: ReadonlySet<string>): string | null {
  const base = name.startsWith("@/")
    ? `src/${name.slice(2)}`
    : name.startsWith(".")
      ? path.posix.join(path.posix.dirname(from), name)
      : null;
  if (!base) return null;
  const tries = ["", ".ts", ".tsx", "/index.ts", "/index.tsx"].map((ending) => base + ending);
  return tries.find((each) => known.has(each)) ?? null;
}

/** Every TypeScript file below `folder`, parsed. */
export function sources(folder = "src"): SourceFile[] {
  return walk(path.join(root, folder)).map((file) => {
    const text = readFileSync(file, "utf8");
    return {
      path: path.relative(root, file).split(path.sep).join("/"),
      text,
      imports: importsOf(file, text),
    };
  });
}
