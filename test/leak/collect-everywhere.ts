import { Writable } from "node:stream";
import type { Search } from "@test/leak/search";
import { lookAtDatabase, lookAtFolder, type ProcessWatch } from "@test/leak/sinks";
import { connectionString } from "@/db/client";
import { writeBackup } from "@/features/backup/write";
import { env } from "@/lib/env";

/** For tests: look at everything that outlives an answer: log, tables, backup, data folder and command lines. */
export async function lookEverywhere(
  search: Search,
  { logged, watch }: { logged: readonly string[]; watch: ProcessWatch },
): Promise<void> {
  search.look("log", logged.join(""));
  await lookAtDatabase(search, connectionString());
  const chunks: Buffer[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    chunks.push(chunk);
    done();
  };
  await writeBackup(new Writable({ write }));
  search.look("backup", Buffer.concat(chunks));
  lookAtFolder(search, env().dataDir);
  search.look("command lines", watch.lines().join("\n"));
}
