// The Prisma client is made from the schema, so that an editor and the tests find it right after `npm ci`.
// An installation without the development packages has no generator; that is no reason to fail it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const cli = path.join(root, "node_modules/prisma/build/index.js");

if (existsSync(cli)) {
  const env = { ...process.env, PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" };
  const { status } = spawnSync(process.execPath, [cli, "generate"], { cwd: root, env, stdio: "ignore" });
  if (status !== 0)
    console.error("The Prisma client was not generated; npm run build does it again and says why.");
}
