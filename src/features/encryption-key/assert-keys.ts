import { keyStatus } from "@/features/encryption-key/status";
import { Fault } from "@/lib/fault";

/**
 * Every stored secret must open with a key of this process: a key that was dropped too early is reported at start.
 * @throws Fault `conflict` reason `key_missing`, which names the keys that are needed
 */
export async function assertKeys(): Promise<void> {
  const missing = (await keyStatus()).filter(({ known, values }) => !known && values > 0);
  if (missing.length === 0) return;
  const keyIds = missing.map(({ keyId }) => keyId.slice(0, 40));
  const values = missing.reduce((sum, key) => sum + key.values, 0);
  throw new Fault("conflict", { code: "key_missing", params: { keyIds, values } });
}
