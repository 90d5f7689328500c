import path from "node:path";
import { ensureBuilt } from "./built.mjs";
import { ensureInstalled, isInstalled } from "./install.mjs";
import { requirePort, requireSpace, requireWritable } from "./machine.mjs";
import { ending } from "./problem.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const roomToInstall = 1.5e9;
const roomToRun = 0.2e9;

/** From a clone to a running Slipway: install, build, start; each only when it is needed. */
export function up() {
  return ending(async () => {
    process.chdir(root);
    await checkMachine();
    await ensureInstalled(root);
    await ensureBuilt(root);
    await start();
  });
}

/** Check first what would otherwise fail after minutes of work. */
async function checkMachine() {
  const dataDir = path.resolve(process.env.SLIPWAY_DATA_DIR || ".slipway");
  await requirePort(Number(process.env.PORT || 3000), process.env.HOST || "127.0.0.1");
  requireWritable(root);
  requireWritable(dataDir);
  requireSpace(root, isInstalled(root) ? roomToRun : roomToInstall);
  requireSpace(dataDir, roomToRun);
}

/** In this process: signals reach the server itself, and its exit code is ours. */
async function start() {
  process.env.NODE_ENV = "production";
  process.argv.splice(2, 0, "main");
  await import("../run.mjs");
}
