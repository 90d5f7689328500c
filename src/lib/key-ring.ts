import { statSync } from "node:fs";
import path from "node:path";
import { type Env, env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { generatedSecret } from "@/lib/generated-secret";
import { processGlobal } from "@/lib/process-global";
import { isWeakKey } from "@/lib/weak-secret";

export interface Key {
  id: string;
  /** 32 bytes. */
  bytes: Buffer;
}

/** The first key seals, all of them open. */
export type KeyRing = readonly [Key, ...Key[]];

/**
 * Read a list `id:base64,id:base64`.
 * @throws Fault `invalid_input` with reason `key_wrong`, which names the entry and never shows a key
 */
export function parseKeyRing(text: string): KeyRing {
  const [first, ...rest] = text.split(",").map((entry, index) => parseKey(entry.trim(), index + 1));
  if (!first) throw wrong("the list is empty");
  const ids = [first, ...rest].map((key) => key.id);
  if (new Set(ids).size < ids.length) throw wrong("two of its keys have the same id");
  return [first, ...rest];
}

function parseKey(entry: string, place: number): Key {
  const [, id, base64] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(entry) ?? [];
  if (!id || !base64) throw wrong(`entry ${place} is not of the form id:base64`);
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length !== 32)
    throw wrong(`the key of entry ${place} has ${bytes.length} bytes where 32 are needed`);
  if (isWeakKey(bytes) || isWeakText(base64))
    throw wrong(`the key of entry ${place} is an example or not random`);
  return { id, bytes };
}

function isWeakText(base64: string): boolean {
  return /change[-_]?me|example|password/i.test(base64);
}

function wrong(problem: string): Fault {
  return new Fault("invalid_input", { code: "key_wrong", params: { problem } });
}

interface Held {
  of: Env;
  /** Version of the file the keys were read from; null when they come from the environment or were just generated. */
  version: string | null;
  ring: KeyRing;
}

const held = processGlobal<Held | null>("keyRing", () => null);

/**
 * The keys of this process; generated and stored in the data folder when none are set. The file is read again when
 * another process has changed it, so that both open what either of them seals.
 * @throws Fault as `parseKeyRing`
 */
export function keyRing(): KeyRing {
  const now = env();
  const version = now.encryptionKeys ? null : versionOf(path.join(now.dataDir, keyFile));
  const known = held.value?.of === now ? held.value : null;
  if (known && (version === null || version === known.version)) return known.ring;
  const ring = known ? readAgain(now, known.ring) : parseKeyRing(keyText(now));
  held.value = { of: now, version, ring };
  return ring;
}

/** An unreadable key file is reported at the next start; until then the keys that were read before stay in use. */
function readAgain(now: Env, before: KeyRing): KeyRing {
  try {
    return parseKeyRing(keyText(now));
  } catch {
    return before;
  }
}

/** Identifies one version of the file, which is always replaced as a whole. Null when there is none. */
function versionOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found ? `${found.ino} ${found.mtimeNs} ${found.size}` : null;
}

const keyFile = "encryption-keys";

function keyText({ encryptionKeys, dataDir }: Env): string {
  return encryptionKeys ?? generatedSecret(dataDir, keyFile, (random) => `k1:${random}`);
}

/** The secret that signs sessions; generated and stored in the data folder when none is set. */
export function sessionSecret(): string {
  const { nextauthSecret, dataDir } = env();
  return nextauthSecret ?? generatedSecret(dataDir, "session-secret", (random) => random);
}
