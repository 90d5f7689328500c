/** A connection as it is about to be stored. */
export interface Completing {
  authMethod: string;
  /** The settings to be stored: the given values merged over the stored ones. */
  settings: Record<string, unknown>;
  /** Only the given secrets. */
  secrets: Record<string, string>;
  /** As they are stored, and the names of the secrets that are; null for a new connection. */
  stored: { authMethod: string; settings: Record<string, unknown>; secrets: string[] } | null;
}
