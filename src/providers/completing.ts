/** A connection as it is about to be stored. */
export interface Completing {
  authMethod: string;
  /** As they will be: what was given over what is stored. */
  settings: Record<string, unknown>;
  /** Only those that were given. */
  secrets: Record<string, string>;
  /** As they are stored, and the names of the secrets that are; null for a new connection. */
  stored: { authMethod: string; settings: Record<string, unknown>; secrets: string[] } | null;
}
