import type { ProviderStore, StoredRow } from "@/providers/store";

/** Rows of one type in memory, by the id of their provider. Nothing is rolled back. */
export function memoryStore(idField: string): ProviderStore {
  const rows = new Map<string, StoredRow>();
  return {
    insert: async (row) => void rows.set(String(row.gitProviderId), row),
    change: async (gitProviderId, values) =>
      void rows.set(gitProviderId, { ...rows.get(gitProviderId), ...values }),
    read: async (gitProviderId) => rows.get(gitProviderId) ?? null,
    providerOf: async (rowId) => {
      const found = [...rows.values()].find((row) => row[idField] === rowId);
      return found ? String(found.gitProviderId) : null;
    },
  };
}
