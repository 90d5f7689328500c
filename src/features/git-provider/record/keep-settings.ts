import { transaction } from "@/db/client";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { updateFields } from "@/features/git-provider/record/store";
import type { Provider } from "@/providers/provider";

/**
 * Store what a provider found out by itself, unless the connection was changed since it was read. It stays the same
 * connection: no cache is dropped and no health is reset.
 */
export function settingsSaver(provider: Provider, row: ProviderRow) {
  return async (settings: Record<string, string | null>): Promise<void> => {
    const { gitProviderId, credentialVersion } = row;
    await transaction(async (tx) => {
      const [same] = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "git_provider"
        WHERE "gitProviderId" = ${gitProviderId} AND "credentialVersion" = ${credentialVersion} FOR NO KEY UPDATE`;
      const rowId = String(row.fields[provider.idField]);
      if (same) await updateFields(tx, provider, { gitProviderId, rowId, settings, secrets: {} });
    });
  };
}
