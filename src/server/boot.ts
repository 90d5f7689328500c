import type { ProcessRole } from "@/db/instance-lock";
import { verifyKeys } from "@/db/key-check";
import { migrate } from "@/db/migrate";
import { openDatabase } from "@/db/open-database";
import { assertKeys } from "@/features/encryption-key/assert-keys";
import { requireGit } from "@/git/version";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { assertNotStopping, onStop } from "@/server/stop";

/**
 * Everything a process needs before it may work: settings that read, git, the database with its migrations, and keys
 * that open what is stored. Ended by `stopAll`.
 * @param role `web` once per data folder; `helper` for workers and commands
 * @throws Fault that names what is wrong in one line
 */
export async function boot(role: ProcessRole): Promise<void> {
  const settings = env();
  parseAllowList(settings.outboundAllow); // report a wrong entry at the start, not when the first call fails
  await requireGit();
  const database = await openDatabase(settings, role);
  onStop(() => database.stop());
  const applied = await migrate(database.connectionString);
  if (applied.length > 0) log.info({ applied }, "the database schema was brought up to date");
  assertNotStopping();
  await verifyKeys();
  await assertKeys();
  assertNotStopping();
}
