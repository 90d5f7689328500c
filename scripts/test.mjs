// `npm test`: installs what is missing, runs every check and ends with `N passed, N failed`.
//
// The build and the browser tests run beside the other tests: each of the two alone leaves the processor idle half of
// the time, since they wait for processes, sockets and pages.

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { findChromium } from "./test/chromium.mjs";
import { ensureSsh } from "./test/openssh.mjs";
import { fromPlaywright, fromVitest, summary } from "./test/outcome.mjs";
import { runStep } from "./test/step.mjs";
import { ensureInstalled } from "./up/install.mjs";

const root = path.resolve(import.meta.dirname, "..");
const results = path.join(root, "test-results");
const bin = (name) => path.join(root, "node_modules/.bin", name);
/** @type {import("./test/outcome.mjs").Outcome[]} */
const outcomes = [];

const failure = (name) => outcomes.push({ name, end: "failed", seconds: 0 });
const run = (name, command, args, env) => runStep(name, command, args, { cwd: root, env });

/** A step that is one check in itself. */
async function check(name, command, args) {
  const { ok, seconds } = await run(name, command, args);
  outcomes.push({ name, end: ok ? "passed" : "failed", seconds });
  return ok;
}

/** A step that reports each of its tests into a JSON file; a runner that dies before writing one has failed. */
async function suite(name, command, args, { env, report, read }) {
  const { ok } = await run(name, command, args, env);
  const found = existsSync(report) ? read(JSON.parse(readFileSync(report, "utf8"))) : [];
  outcomes.push(...found);
  if (found.length === 0) failure(`${name}: no test ran`);
  else if (!ok && !found.some(({ end }) => end === "failed")) failure(`${name}: the runner itself`);
}

/** The tests create databases on the named server and never use the one in its address. */
function keepOffTheNamedDatabase() {
  const { DATABASE_URL, TEST_DATABASE_URL } = process.env;
  if (DATABASE_URL && !TEST_DATABASE_URL) process.env.TEST_DATABASE_URL = DATABASE_URL;
  delete process.env.DATABASE_URL;
}

async function main() {
  keepOffTheNamedDatabase();
  await ensureInstalled(root);
  const ssh = ensureSsh();
  if (!ssh.ok) failure(ssh.problem);
  const chromium = findChromium(root);
  if (!chromium.ok) failure(chromium.problem);
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  await check("generate", bin("prisma"), ["generate"]);
  await Promise.all([inBrowser(chromium), alone()]);
}

async function inBrowser(chromium) {
  const built = await check("build", process.execPath, ["scripts/build.mjs"]);
  if (!built || !chromium.ok) return;
  const report = path.join(results, "browser.json");
  await suite("browser", bin("playwright"), ["test"], {
    env: { SLIPWAY_CHROMIUM: chromium.path, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    report,
    read: fromPlaywright,
  });
}

async function alone() {
  await check("format and lint", bin("biome"), ["ci", "--error-on-warnings", "."]);
  await check("types", bin("tsc"), ["--noEmit"]);
  await check("unused code", bin("knip"), ["--no-progress"]);
  const report = path.join(results, "tests.json");
  // One more than there are cores: many of these tests wait for processes, hosts and time limits.
  const workers = `--maxWorkers=${os.availableParallelism() + 1}`;
  const reporters = ["--reporter=default", "--reporter=./scripts/test/vitest-reporter.mjs"];
  await suite("tests", bin("vitest"), ["run", "--retry=1", workers, ...reporters], {
    env: { VITEST_OUTCOMES: report },
    report,
    read: fromVitest,
  });
}

await main().catch((error) => {
  console.error(`✗ ${error.message}`);
  failure(error.message);
});
console.log(summary(outcomes));
process.exit(outcomes.some(({ end }) => end === "failed") ? 1 : 0);
