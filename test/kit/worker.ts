import { type ChildProcess, spawn } from "node:child_process";
import { connectionString } from "@/db/client";
import { childEnv, env } from "@/lib/env";

/** A process adds its own session settings to the address. */
function withoutOptions(address: string): string {
  return address.replace(/options=[^&]*&?/, "").replace(/[?&]$/, "");
}

/**
 * For tests: a worker as `npm run worker` starts it, on the database and the data folder of the test file.
 * @param program the bundle of `src/server/worker.ts`
 * @param keys the encryption keys of the test file, as in its settings
 */
export function startWorkerProcess(program: string, keys: string): ChildProcess {
  const settings = {
    ...childEnv(),
    DATABASE_URL: withoutOptions(connectionString()),
    SLIPWAY_DATA_DIR: env().dataDir,
    SLIPWAY_ENCRYPTION_KEYS: keys,
    NEXTAUTH_SECRET: env().nextauthSecret ?? "",
    SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1",
    SLIPWAY_BUILD_COMMANDS: "host",
    SLIPWAY_LOG_LEVEL: "error",
  };
  return spawn(process.execPath, [program], { env: settings, stdio: ["ignore", "ignore", "inherit"] });
}

/** For tests: end a process and wait until it has. Returns its exit code. */
export async function endProcess(
  child: ChildProcess,
  signal: NodeJS.Signals = "SIGKILL",
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  child.kill(signal);
  return ended;
}
