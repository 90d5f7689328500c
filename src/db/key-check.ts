import { db } from "@/db/client";
import { Fault } from "@/lib/fault";
import { keyRing } from "@/lib/key-ring";
import { open, seal } from "@/lib/seal";

const id = "instance";
const at = { table: "instance", column: "keyCheck", rowId: id };
const proof = "slipway";

/**
 * Check at start that the keys open the stored check value; on an empty database store one for later starts. It
 * stays sealed with the key that made it, so that a key in use cannot be dropped from the ring.
 * @throws Fault `conflict` with reason `keys_do_not_fit`, `invalid_input` with reason `key_wrong`
 */
export async function verifyKeys(): Promise<void> {
  keyRing();
  const known = await db().instance.findUnique({ where: { id } });
  if (known) return assertProof(known.keyCheck);
  await db().instance.createMany({ data: [{ id, keyCheck: seal(proof, at) }], skipDuplicates: true });
  const { keyCheck } = await db().instance.findUniqueOrThrow({ where: { id } });
  assertProof(keyCheck);
}

/** Seal the check value with the first key, for when nothing needs an older one any more. */
export async function proveKeys(): Promise<void> {
  await db().instance.updateMany({ where: { id }, data: { keyCheck: seal(proof, at) } });
}

/** @throws Fault `conflict` reason `keys_do_not_fit` */
export function assertProof(keyCheck: string): void {
  if (opened(keyCheck) !== proof) {
    throw new Fault("conflict", {
      code: "keys_do_not_fit",
      params: { keyId: keyCheck.split(":")[1] ?? "unknown" },
    });
  }
}

function opened(keyCheck: string): string | null {
  try {
    return open(keyCheck, at);
  } catch {
    return null; // whatever the error is, the keys do not fit
  }
}
