import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { type App, inherited, root } from "./app";
import { databaseSettings } from "./database";

/** Run a command of the operator beside a running app, on the same data. Returns what it printed. */
export async function runCommand(app: App, dataDir: string, args: string[]): Promise<string> {
  const database = await databaseSettings(dataDir);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(root, "dist/command.mjs"), ...args],
    { cwd: root, env: { ...inherited(), PORT: String(app.port), SLIPWAY_DATA_DIR: dataDir, ...database } },
  );
  return stdout;
}
