// `npm test`: installs what is missing, runs every check and ends with `N passed, N failed`.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { findChromium } from "./test/chromium.mjs";
import { ensureSsh } from "./test/openssh.mjs";
import { ensureInstalled } from "./up/install.mjs";

const root = path.resolve(import.meta.dirname, "..");
const results = path.join(root, "test-results");
const bin = (name) => path.join(root, "node_modules/.bin", name);
const total = { passed: 0, failed: 0 };

function run(title, command, args, env = {}) {
  const started = Date.now();
  console.log(`\n> ${title}`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  console.log(
    `  ${title}: ${status === 0 ? "ok" : "failed"} in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  return status === 0;
}

/** A step that is one check in itself. */
function check(title, command, args, env) {
  const ok = run(title, command, args, env);
  total[ok ? "passed" : "failed"] += 1;
  return ok;
}

/** A step that counts its own tests into a JSON file; a runner that dies before writing one has failed. */
function suite(title, command, args, { env, report, count }) {
  const ok = run(title, command, args, env);
  const counted = existsSync(report)
    ? count(JSON.parse(readFileSync(report, "utf8")))
    : { passed: 0, failed: 0 };
  total.passed += counted.passed;
  total.failed += counted.failed || (ok ? 0 : 1);
  if (ok && counted.passed === 0) total.failed += 1; // a suite that ran nothing is not a pass
}

/** A named server is for databases that the tests make themselves, never for the one it was named with. */
function keepOffTheNamedDatabase() {
  const { DATABASE_URL, TEST_DATABASE_URL } = process.env;
  if (DATABASE_URL && !TEST_DATABASE_URL) process.env.TEST_DATABASE_URL = DATABASE_URL;
  delete process.env.DATABASE_URL;
}

async function main() {
  keepOffTheNamedDatabase();
  await ensureInstalled(root);
  const ssh = ensureSsh();
  if (!ssh.ok) {
    console.error(ssh.problem);
    total.failed += 1;
  }
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const node = process.execPath;
  check("generate", bin("prisma"), ["generate"]);
  check("format and lint", bin("biome"), ["ci", "--error-on-warnings", "."]);
  check("types", bin("tsc"), ["--noEmit"]);
  suite(
    "unit and conformance",
    bin("vitest"),
    ["run", "--retry=1", "--reporter=default", "--reporter=json", `--outputFile.json=${results}/unit.json`],
    {
      report: `${results}/unit.json`,
      count: (json) => ({ passed: json.numPassedTests, failed: json.numFailedTests }),
    },
  );
  if (check("build", node, ["scripts/build.mjs"])) browser();
}

/** The last word, however it went. */
function conclude() {
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed === 0 ? 0 : 1);
}

function browser() {
  const chromium = findChromium(root);
  if (!chromium.ok) {
    console.error(chromium.problem);
    total.failed += 1;
    return;
  }
  suite("browser", bin("playwright"), ["test"], {
    env: { SLIPWAY_CHROMIUM: chromium.path, PLAYWRIGHT_JSON_OUTPUT_NAME: `${results}/browser.json` },
    report: `${results}/browser.json`,
    count: (json) => ({ passed: json.stats.expected + json.stats.flaky, failed: json.stats.unexpected }),
  });
}

await main().catch((error) => {
  console.error(`✗ ${error.message}`);
  total.failed += 1;
});
conclude();
