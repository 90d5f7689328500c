import { existsSync } from "node:fs";
import path from "node:path";

/** The folder with `prisma/migrations`: above this file in sources and bundles alike, else the working folder. */
export function projectRoot(): string {
  for (let folder = import.meta.dirname ?? process.cwd(); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "prisma", "migrations"))) return folder;
    if (folder === path.dirname(folder)) return process.cwd();
  }
}
