import { pool } from "@/db/client";
import { log } from "@/lib/log";

const running = new Set<string>();

/**
 * Note behind the answer that a key or session was used. The statement itself skips rows younger than a minute,
 * and a process never has two of them under way for one row.
 */
export function touch(statement: string, id: string): void {
  if (running.has(id)) return;
  running.add(id);
  pool()
    .query(statement, [id])
    .catch((error: Error & { code?: string }) => log.warn({ code: error.code }, "last use was not recorded"))
    .finally(() => running.delete(id));
}
