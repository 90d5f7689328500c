import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { step } from "./step.mjs";

/** Install the packages of the lockfile unless they are there. */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return;
  const { command, args } = npm();
  // Building needs the development packages too, whatever NODE_ENV says; no package here needs its install script.
  const options = ["--include=dev", "--include=optional", "--ignore-scripts", "--no-audit", "--no-fund"];
  await step({
    root,
    name: "install",
    title: "Installing packages",
    command,
    args: [...args, "ci", ...options],
  });
}

/** npm writes what it installed to a hidden lockfile at the very end; it has to agree with ours. */
export function isInstalled(root) {
  const hidden = path.join(root, "node_modules", ".package-lock.json");
  if (!existsSync(hidden)) return false;
  const installed = packagesIn(hidden);
  const wanted = Object.entries(packagesIn(path.join(root, "package-lock.json")));
  return wanted.every(([name, entry]) => name === "" || agrees(entry, installed[name]));
}

/** Optional packages of other platforms are left out. */
function agrees(wanted, installed) {
  if (!installed) return wanted.optional === true;
  return installed.version === wanted.version && installed.integrity === wanted.integrity;
}

function packagesIn(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/** The npm that runs us, since the one on the path may be another or missing. */
function npm() {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith(".js") && existsSync(cli)) return { command: process.execPath, args: [cli] };
  return { command: process.platform === "win32" ? "npm.cmd" : "npm", args: [] };
}
