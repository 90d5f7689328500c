import { once } from "node:events";
import { createReadStream, createWriteStream, renameSync, rmSync } from "node:fs";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { restoreBackup } from "@/features/backup/restore";
import { writeBackup } from "@/features/backup/write";
import { Fault } from "@/lib/fault";
import type { Command } from "@/server/command-keys";

export const backupCommands: Record<string, Command> = { to: { takes: ["<file>"], run: backup } };
export const restoreCommands: Record<string, Command> = { from: { takes: ["<file>"], run: restore } };

/** The file appears under its name when it is whole. Only its owner may read it. */
async function backup([file = ""]: string[]): Promise<void> {
  const draft = `${file}.partial`;
  const lines = new PassThrough();
  const kept = pipeline(lines, createGzip(), createWriteStream(draft, { mode: 0o600 }));
  try {
    const writing = writeBackup(lines).finally(() => lines.end());
    const [counts] = await Promise.all([writing, kept]);
    renameSync(draft, file);
    say(`Wrote ${total(counts)} rows of ${Object.keys(counts).length} tables to ${file}.`);
    say("Keep the encryption keys apart from it: without them no stored credential opens again.");
  } catch (error) {
    rmSync(draft, { force: true });
    throw ofFile(file, error);
  }
}

async function restore([file = ""]: string[]): Promise<void> {
  const source = createReadStream(file);
  const unzipped = createGunzip();
  // Also tells the reader of the lines, at whatever moment it fails.
  const feeding = pipeline(source, unzipped).catch((error: unknown) => error);
  try {
    await once(source, "open");
    const counts = await restoreBackup(unzipped);
    await feeding;
    say(`Restored ${total(counts)} rows of ${Object.keys(counts).length} tables.`);
    say(
      `Everyone signs in again. ${counts.api_key ?? 0} API keys are as they were: revoke those that were ended since.`,
    );
    say("Published sites are not in a backup: deploy the applications again.");
  } catch (error) {
    throw ofFile(file, error);
  } finally {
    source.destroy();
  }
}

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function ofFile(file: string, error: unknown): unknown {
  const cause = error instanceof Fault && error.reason.code === "backup_damaged" ? error.cause : error;
  if (!(cause instanceof Error) || !("syscall" in cause)) return error;
  const problem = "code" in cause ? String(cause.code) : "it cannot be opened";
  return new Fault("invalid_input", { code: "backup_file", params: { file, problem } }, { cause });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
