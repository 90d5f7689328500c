import { proveKeys } from "@/db/key-check";
import { keyStatus } from "@/features/encryption-key/status";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { replaceGenerated } from "@/lib/generated-secret";
import { keyRing } from "@/lib/key-ring";

/**
 * Take the generated keys out of the data folder that no stored value needs any more. The current one stays.
 * @returns their ids
 * @throws Fault `conflict` reason `keys_managed_elsewhere` when the keys come from the environment
 */
export async function dropUnused(): Promise<string[]> {
  const { encryptionKeys, dataDir } = env();
  if (encryptionKeys) throw new Fault("conflict", { code: "keys_managed_elsewhere" });
  const needed = (await keyStatus()).filter(({ current, values }) => current || values > 0);
  const ids = needed.map(({ keyId }) => keyId);
  const ring = keyRing();
  const kept = ring.filter(({ id }) => ids.includes(id));
  await proveKeys(); // the check value may be sealed with a dropped key, also where nothing else was ever sealed
  const text = kept.map(({ id, bytes }) => `${id}:${bytes.toString("base64")}`).join(",");
  replaceGenerated(dataDir, "encryption-keys", text);
  return ring.filter((key) => !kept.includes(key)).map(({ id }) => id);
}
