import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import type { Permission } from "@/access/policy";
import { mintKey } from "@/access/resolve";
import { transaction } from "@/db/client";
import type { CreateApiKey, CreateApiKeyResult } from "@/features/api-key/contract";
import { assertKeyAccess } from "@/features/api-key/own";
import { showKey, withMaker } from "@/features/api-key/show";
import { Fault } from "@/lib/fault";

/**
 * Create a key for the caller. It has the listed permissions, as long as its creator has them too.
 * @throws Fault `forbidden` for a permission the caller lacks, `invalid_input` for an expiry in the past
 */
export async function createApiKey(caller: Caller, input: CreateApiKey): Promise<CreateApiKeyResult> {
  assertKeyAccess(caller);
  const { organizationId, memberId } = caller;
  const { key, stored } = mintKey();
  const data = {
    organizationId,
    memberId,
    name: input.name,
    permissions: granted(caller, input.permissions ?? [...caller.permissions]),
    expiresAt: expiry(input.expiresAt),
    ...stored,
  };
  const row = await transaction(async (tx) => {
    const made = await tx.apiKey.create({ data, include: withMaker });
    const target = { type: "apiKey", id: made.apiKeyId, name: made.name };
    annotate({ target, details: { permissions: made.permissions } });
    return made;
  });
  return { ...showKey(row), key };
}

function granted(caller: Caller, wanted: Permission[]): Permission[] {
  const permissions = wanted.filter((permission) => !caller.permissions.has(permission));
  if (permissions.length === 0) return [...new Set(wanted)];
  throw new Fault("forbidden", { code: "key_beyond_maker", params: { permissions } });
}

function expiry(text: string | null | undefined): Date | null {
  if (!text) return null;
  const date = new Date(text);
  if (date <= new Date()) throw new Fault("invalid_input", { code: "key_expiry_past" });
  return date;
}
