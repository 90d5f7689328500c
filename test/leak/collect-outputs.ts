import { Writable } from "node:stream";
import { type ProcessWatch, recordDatabase, recordFolder } from "@test/leak/outputs";
import type { Search } from "@test/leak/search";
import { connectionString } from "@/db/client";
import { writeBackup } from "@/features/backup/write";
import { env } from "@/lib/env";

/** For tests: record everything that outlives an answer: log, tables, backup, data folder and command lines. */
export async function collectOutputs(
  search: Search,
  { logged, watch }: { logged: readonly string[]; watch: ProcessWatch },
): Promise<void> {
  search.record("log", logged.join(""));
  await recordDatabase(search, connectionString());
  const chunks: Buffer[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    chunks.push(chunk);
    done();
  };
  await writeBackup(new Writable({ write }));
  search.record("backup", Buffer.concat(chunks));
  recordFolder(search, env().dataDir);
  search.record("command lines", watch.lines().join("\n"));
}
