import { randomBytes } from "node:crypto";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { replaceGenerated } from "@/lib/generated-secret";
import { keyRing } from "@/lib/key-ring";
import { uniqueName } from "@/lib/unique-name";

/**
 * Put a new random key in front of the generated ones in the data folder, where running processes find it.
 * @returns the id of the new key
 * @throws Fault `conflict` reason `keys_managed_elsewhere` when the keys come from the environment
 */
export function addKey(): string {
  const { encryptionKeys, dataDir } = env();
  if (encryptionKeys) throw new Fault("conflict", { code: "keys_managed_elsewhere" });
  const ring = keyRing();
  const keyId = uniqueName("k", new Set(["k", ...ring.map(({ id }) => id)]), { separator: "" });
  const entries = [{ id: keyId, bytes: randomBytes(32) }, ...ring];
  const text = entries.map(({ id, bytes }) => `${id}:${bytes.toString("base64")}`).join(",");
  replaceGenerated(dataDir, "encryption-keys", text);
  return keyId;
}
