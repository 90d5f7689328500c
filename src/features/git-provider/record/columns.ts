import type { ProviderRow } from "@/features/git-provider/record/row";
import type { Provider } from "@/providers/provider";

/** Columns of a provider's own table that hold no secret. */
export function settingColumns(provider: Provider): string[] {
  return Object.keys(provider.settings.shape);
}

/** The settings in a row, by the names of their columns. */
export function settingsIn(provider: Provider, row: Pick<ProviderRow, "fields">): Record<string, unknown> {
  return Object.fromEntries(settingColumns(provider).map((name) => [name, row.fields[name]]));
}

/** Columns that are sealed. */
export function secretColumns(provider: Provider): string[] {
  return Object.keys(provider.secrets.shape);
}

/** `accessToken` → `hasAccessToken`: all that an answer tells of a secret. */
export function hasName(secret: string): string {
  return `has${secret.charAt(0).toUpperCase()}${secret.slice(1)}`;
}

/** The name in SQL. Only names of our own code come here; anything else is a bug. */
export function quoted(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) throw new TypeError(`Not a column: ${name}`);
  return `"${name}"`;
}
