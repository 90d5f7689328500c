// `npm run check`: what is checked before each commit, side by side, without a database and a browser.
import path from "node:path";
import { runStep } from "./test/step.mjs";

const root = path.resolve(import.meta.dirname, "..");
const bin = (name) => path.join(root, "node_modules/.bin", name);
const step = (name, program, args) => runStep(name, bin(program), args, { cwd: root });

const generated = await step("generate", "prisma", ["generate"]);
const known = path.join("node_modules/.cache", "check.tsbuildinfo");
const steps = await Promise.all([
  step("types", "tsc", ["--noEmit", "--incremental", "--tsBuildInfoFile", known]),
  step("format and lint", "biome", ["ci", "--error-on-warnings", "."]),
  step("unused code", "knip", ["--no-progress"]),
  step("tests", "vitest", ["run", "--project", "unit", "--reporter=default", "--silent=passed-only"]),
]);
const failed = [generated, ...steps].filter(({ ok }) => !ok);
for (const { name } of failed) console.log(`✗ ${name} failed; see above.`);
process.exit(failed.length === 0 ? 0 : 1);
