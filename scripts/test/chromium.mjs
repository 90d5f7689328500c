import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

function quiet(command, args) {
  return (
    spawnSync(command, args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0
  );
}

/** Debian's Chromium, installed when we may. */
function fromDebian() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return null;
  console.log("> installing Chromium from Debian's packages");
  const install = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
  if (!quiet("apt-get", install)) {
    quiet("apt-get", ["update", "-qq"]);
    quiet("apt-get", install);
  }
  return places.find(existsSync) ?? null;
}

/** The build that Playwright downloads for itself. */
function fromPlaywright(root) {
  console.log("> asking Playwright for its Chromium");
  const cli = path.join(root, "node_modules/.bin/playwright");
  if (!quiet(cli, ["install", "chromium"])) return null;
  const asked = spawnSync(
    process.execPath,
    ["-e", "console.log(require('@playwright/test').chromium.executablePath())"],
    { cwd: root, encoding: "utf8" },
  );
  const file = asked.stdout.trim();
  return file && existsSync(file) ? file : null;
}

/**
 * The browser of the tests: the named one, one that is there, Debian's or Playwright's own.
 * @param {string} root
 * @param {{named?: string, places: string[], fetchers: ((root: string) => string | null)[]}} machine
 * @returns {{ok: true, path: string} | {ok: false, problem: string}}
 */
export function findChromium(root, machine = thisMachine()) {
  const { named, places, fetchers } = machine;
  if (named && !existsSync(named)) {
    return { ok: false, problem: `SLIPWAY_CHROMIUM names ${named}, and there is no such file.` };
  }
  let found = named || places.find(existsSync);
  for (const fetch of fetchers) found ||= fetch(root);
  if (found) return { ok: true, path: found };
  return { ok: false, problem: noBrowser };
}

const noBrowser =
  "The browser tests need Chromium and none could be had. Install it (Debian: apt-get install chromium) or set SLIPWAY_CHROMIUM to its path.";

function thisMachine() {
  return { named: process.env.SLIPWAY_CHROMIUM, places, fetchers: [fromDebian, fromPlaywright] };
}
