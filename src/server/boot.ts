import type { Part } from "@/db/keeper";
import { verifyKeys } from "@/db/key-check";
import { migrate } from "@/db/migrate";
import { openDatabase } from "@/db/open-database";
import { demandKeys } from "@/features/encryption-key/demand";
import { requireGit } from "@/git/version";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { parseAllowList } from "@/lib/outbound/allow-list";
import { onStop } from "@/server/stop";

/**
 * Everything a process needs before it may work: settings that read, git, the database with its migrations, and keys
 * that open what is stored. Ended by `stopAll`.
 * @param part `web` once per data folder; `helper` for workers and commands
 * @throws Fault that names what is wrong in one line
 */
export async function boot(part: Part): Promise<void> {
  const settings = env();
  parseAllowList(settings.outboundAllow); // a wrong entry is told now, not when the first call fails
  await requireGit();
  const database = await openDatabase(settings, part);
  onStop(() => database.stop());
  const applied = await migrate(database.connectionString);
  if (applied.length > 0) log.info({ applied }, "the database schema was brought up to date");
  await verifyKeys();
  await demandKeys();
}
