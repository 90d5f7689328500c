// Works in the current folder: removes build caches, and the source maps, which would show the
// sources to everybody.
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";

const unused = ["cache", "diagnostics", "trace", "trace-build", "turbopack", "types"].map(
  (name) => `.next/${name}`,
);
const isMap = (name) => name.endsWith(".map");

function mapsIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .filter(isMap)
    .map((name) => path.join(folder, name));
}

for (const name of [...unused, "dist/logs", ...[".next", "dist", "public"].flatMap(mapsIn)])
  rmSync(name, { recursive: true, force: true });
