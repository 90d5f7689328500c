// `npm run test:faults`: kills, freezes, lost caches and a full disk, as often as it takes to trust the outcome.
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
const { status } = spawnSync(process.execPath, [vitest, "run", "test/faults"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, SLIPWAY_FAULTS: "full" },
});
process.exit(status ?? 1);
