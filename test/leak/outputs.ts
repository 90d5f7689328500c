import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Search } from "@test/leak/search";
import { Client } from "pg";

/** For tests: record every row of every table of a database, those of the job queue included. */
export async function recordDatabase(search: Search, connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT to_json(t)::text AS row FROM ${name} t`);
      search.record(`table ${name}`, rows.map(({ row }) => row).join("\n"));
    }
  } finally {
    await client.end();
  }
}

/** For tests: record every file below a folder, and the names of the files. */
export function recordFolder(search: Search, folder: string): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const name = (entry: (typeof entries)[number]) =>
    path.relative(folder, path.join(entry.parentPath, entry.name));
  search.record("file names", entries.map(name).join("\n"));
  for (const entry of entries.filter((each) => each.isFile())) {
    const content = contentOf(path.join(entry.parentPath, entry.name));
    if (content) search.record(`file ${name(entry)}`, content);
  }
}

/** Null when the file is gone by now, as happens under a running server. */
function contentOf(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/** For tests: the command lines of every process on this machine, read again and again. */
export interface ProcessWatch {
  samples: number;
  /** Distinct command lines so far. */
  lines(): string[];
  stop(): void;
}

/** For tests: begin to read them, until `stop`. There are none to read where there is no `/proc`. */
export function watchProcesses(everyMs = 10): ProcessWatch {
  const lines = new Map<string, string>();
  let met = new Map<string, number>();
  const timer = setInterval(() => {
    const pids = existing("/proc").filter((name) => /^\d+$/.test(name));
    const young = pids.filter((pid) => (met.get(pid) ?? 0) < readsEach);
    for (const line of young.map(commandLine)) lines.set(createHash("sha1").update(line).digest("hex"), line);
    met = new Map(pids.map((pid) => [pid, (met.get(pid) ?? 0) + 1]));
    watch.samples += 1;
  }, everyMs);
  const watch = { samples: 0, lines: () => [...lines.values()], stop: () => clearInterval(timer) };
  return watch;
}

/** A forked process shows its parent's command line until it calls exec, so young ones are read again. */
const readsEach = 10;

function commandLine(pid: string): string {
  return contentOf(`/proc/${pid}/cmdline`)?.toString("latin1") ?? "";
}

function existing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
