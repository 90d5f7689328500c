import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { type App, inherited, root } from "./app";
import { databaseSettings } from "./database";

/**
 * Run a command of the operator on a data folder, beside an app or alone. Returns what it printed.
 * @param env added to the environment of the process
 * @throws an error with what it wrote as `stderr` when it ends with another exit code than 0
 */
export async function runCommand(
  app: Pick<App, "port">,
  dataDir: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const database = await databaseSettings(dataDir);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(root, "dist/command.mjs"), ...args],
    {
      cwd: root,
      env: { ...inherited(), PORT: String(app.port), SLIPWAY_DATA_DIR: dataDir, ...database, ...env },
    },
  );
  return stdout;
}
