/** One row of a type's table: its id, `gitProviderId`, settings, and secrets as sealed text. */
export type StoredRow = Record<string, unknown>;

/**
 * Where the rows of a type are kept. The core's own is the table of the type's name, handed the transaction; a type
 * without a table brings one of these.
 */
export interface ProviderStore {
  insert(row: StoredRow): Promise<void>;
  change(gitProviderId: string, values: StoredRow): Promise<void>;
  read(gitProviderId: string): Promise<StoredRow | null>;
  /** The `gitProviderId` of the row with this id. */
  providerOf(rowId: string): Promise<string | null>;
}
