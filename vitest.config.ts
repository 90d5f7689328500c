import { readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;
const include = ["src/**/*.test.ts", "src/**/*.test.tsx", "scripts/**/*.test.ts", "test/**/*.test.ts"];

/** Tests on a real database: they have it from one of these modules. */
const onDatabase = ["src", "scripts", "test"]
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map(
      (file) => `${folder}/${file}`,
    ),
  )
  .filter((file) => /\.test\.tsx?$/.test(file))
  .filter((file) =>
    /test\/kit\/(database|deployment|organizations)"|create-database"/.test(
      readFileSync(path.join(root, file), "utf8"),
    ),
  );

/** Files named *.slow.test.ts start whole programs, or wait for hosts that are slow. */
const integration = ["**/*.slow.test.ts", ...onDatabase];

export default defineConfig({
  resolve: { alias: { "@test": path.resolve(root, "test"), "@": path.resolve(root, "src") } },
  test: {
    globalSetup: ["test/kit/global-setup.ts"],
    maxWorkers: Math.max(2, os.availableParallelism() - 1),
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // `npm run check` runs the unit tests alone, `npm test` both.
    projects: [
      { extends: true, test: { name: "unit", include, exclude: integration } },
      { extends: true, test: { name: "integration", include: integration } },
    ],
  },
});
