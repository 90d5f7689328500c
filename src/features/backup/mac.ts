import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { Fault } from "@/lib/fault";
import { type Key, keyRing } from "@/lib/key-ring";

/** Authenticates the lines of a backup: without a key of the instance nobody can change or forge one. */
export interface BackupMac {
  keyId: string;
  /** @param line without its line feed */
  update(line: string): void;
  /** Of all lines so far, in base64url. Ends the calculation. */
  digest(): string;
}

/**
 * @param keyId the key the backup names; the first of the ring unless given
 * @throws Fault `conflict` reason `keys_do_not_fit` for a key that is not in the ring
 */
export function backupMac(keyId?: string): BackupMac {
  const [first, ...rest] = keyRing();
  const key = keyId === undefined ? first : [first, ...rest].find(({ id }) => id === keyId);
  if (!key) throw new Fault("conflict", { code: "keys_do_not_fit", params: { keyId: keyId ?? "unknown" } });
  const hmac = createHmac("sha256", macKey(key));
  return {
    keyId: key.id,
    update: (line) => void hmac.update(`${line}\n`),
    digest: () => hmac.digest("base64url"),
  };
}

/** A derived key, so that sealed values and backups never share one. */
function macKey({ bytes }: Key): Buffer {
  return Buffer.from(hkdfSync("sha256", bytes, "", "slipway backup", 32));
}

/** @throws Fault `invalid_input` reason `backup_changed` */
export function assertMac(mac: BackupMac, told: string): void {
  const [ours, theirs] = [mac.digest(), told].map((text) => Buffer.from(text));
  if (ours && theirs && ours.length === theirs.length && timingSafeEqual(ours, theirs)) return;
  throw new Fault("invalid_input", { code: "backup_changed" });
}
