import { isOpenToOthers } from "@/access/session-cookie";
import { setupStatus } from "@/features/setup/status";
import { setupToken } from "@/features/setup/token";
import { env } from "@/lib/env";
import { log } from "@/lib/log";

/** Say where Slipway is, and on the first start how to become its owner. For people, so on standard output. */
export async function printBanner(millis: number): Promise<void> {
  const { url } = env();
  const lines = [`Slipway is ready at ${url} (${(millis / 1000).toFixed(1)} s)`];
  const { initialized } = await setupStatus();
  if (!initialized) {
    lines.push(`First start: open ${url}/setup and enter this set-up token:`, `  ${await setupToken()}`);
  }
  if (isOpenToOthers())
    log.warn({ url }, "session cookies travel in clear: put TLS in front of this address");
  process.stdout.write(`\n${lines.join("\n")}\n\n`);
}
