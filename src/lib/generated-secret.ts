import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * The secret kept in a file of the data folder that only its owner may read; made at the first call.
 * @param shape turns 32 random bytes in base64 into the text that is kept
 */
export function generatedSecret(dataDir: string, name: string, shape: (random: string) => string): string {
  const file = path.join(dataDir, name);
  return read(file) ?? make(file, shape(randomBytes(32).toString("base64")));
}

/** Put other text in the place of what is kept. Written whole: a reader meets the old or the new one. */
export function replaceGenerated(dataDir: string, name: string, text: string): void {
  const file = path.join(dataDir, name);
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${text}\n`, { mode: 0o600, flush: true });
  renameSync(draft, file);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim() || null;
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw error;
  }
}

/** Written whole and then linked into place: of two processes that start at once, both get what the first made. */
function make(file: string, text: string): string {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${text}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
    return text;
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
    return readFileSync(file, "utf8").trim();
  } finally {
    rmSync(draft, { force: true });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
