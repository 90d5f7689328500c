import { readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;
const include = ["src/**/*.test.ts", "src/**/*.test.tsx", "scripts/**/*.test.ts", "test/**/*.test.ts"];

const files = ["src", "scripts", "test"]
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map(
      (file) => `${folder}/${file}`,
    ),
  )
  .filter((file) => /\.test\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(path.join(root, file), "utf8") }));
const having = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

/** Tests on a real database: they have it from one of these modules. */
const onDatabase = having(/test\/kit\/(database|deployment|organizations)"|create-database"/);

/** Files named *.slow.test.ts start whole programs, or wait for hosts that are slow. */
const integration = ["**/*.slow.test.ts", ...onDatabase];

/** A module that a test replaced stays so for the files that follow in the same process. */
const replacing = having(/\bvi\.(mock|doMock|resetModules)\(/).filter(
  (file) => file.endsWith(".slow.test.ts") || onDatabase.includes(file),
);

export default defineConfig({
  resolve: { alias: { "@test": path.resolve(root, "test"), "@": path.resolve(root, "src") } },
  test: {
    experimental: { fsModuleCache: true, fsModuleCachePath: path.join(root, "node_modules/.cache/vitest") },
    globalSetup: ["test/kit/global-setup.ts"],
    maxWorkers: Math.max(2, os.availableParallelism() - 1),
    testTimeout: 30_000, // beside browser tests, on a machine that may be busy
    hookTimeout: 60_000,
    // `npm run check` runs the unit tests alone, `npm test` all. Files that replace no module share processes: to load
    // the whole server again for each of them takes longer than most of their tests.
    projects: [
      { extends: true, test: { name: "unit", include, exclude: integration, isolate: false } },
      {
        extends: true,
        test: { name: "integration", include: integration, exclude: replacing, isolate: false },
      },
      { extends: true, test: { name: "isolated", include: replacing } },
    ],
  },
});
