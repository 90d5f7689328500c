import { rm } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll } from "vitest";
import { newId } from "@/lib/id";

const root = path.resolve(import.meta.dirname, "../..");

/**
 * For test files that start processes of their own: bundles a program of this project before the tests, and removes the
 * bundle after them. Node starts it in a quarter of the processor time that a TypeScript loader takes. Call it once, at
 * the top of the file.
 * @param entry below the project, as `src/server/worker.ts`
 * @returns the path of the bundle. It lies inside the project, where the program finds its packages and migrations
 */
export function testProgram(entry: string): string {
  const outfile = path.join(root, ".slipway-test", `${path.basename(entry, ".ts")}-${newId()}.mjs`);
  beforeAll(async () => {
    await build({
      entryPoints: [path.join(root, entry)],
      outfile,
      absWorkingDir: root,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      packages: "external",
      logLevel: "warning",
    });
  });
  afterAll(() => rm(outfile, { force: true }));
  return outfile;
}
