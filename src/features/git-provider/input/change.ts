import { authorizes, chooseMethod, methodOf, neededFields } from "@/features/git-provider/input/auth-method";
import { fieldOf, type Given, givenFields, type OwnFields } from "@/features/git-provider/input/schema";
import { callbackUrl, check, type Issue, refuseIssues } from "@/features/git-provider/input/validate";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { hasName, secretColumns, settingColumns } from "@/features/git-provider/record/store";
import { messageOf, type Reason } from "@/lib/reason";
import type { Provider } from "@/providers/provider";

/** The stored connection with a caller's changes applied. */
export interface Change {
  authMethod: string;
  /** All settings as they will be. */
  settings: Record<string, string | number | boolean | null>;
  /** New secrets, and null for those that may not stay; the others are kept. */
  secrets: Record<string, string | null>;
  newSecret: boolean;
  /** The address changed, so stored secrets must not be sent to it. */
  moved: boolean;
  /** Address, method or secret differ, so the stored health and caches no longer hold. */
  reconnects: boolean;
}

/**
 * Apply given fields to a stored connection. When the address changes, every stored secret must be given again or is
 * dropped: it belongs to the old host.
 * @throws Fault `invalid_input` with an issue per field
 */
export function changeOf(
  provider: Provider,
  row: ProviderRow,
  input: OwnFields & { authMethod?: string | null },
): Change {
  const given = givenFields(provider, input);
  const authMethod = input.authMethod ? chooseMethod(provider, input.authMethod, given) : row.authMethod;
  const got = gotElsewhere(provider, { row, authMethod, given });
  const stored = secretColumns(provider)
    .filter((name) => row.fields[hasName(name)] === true)
    .filter((name) => !got.includes(name));
  const { expiresAt: _, ...lasting } = storedSettings(provider, row);
  const keepsToken = got.length === 0 && !("accessToken" in given.secrets);
  const before = { ...lasting, ...(keepsToken && endOfToken(provider, { row, authMethod, given })) };
  const checked = check(
    provider,
    authMethod,
    { ...given, settings: { ...before, ...given.settings } },
    stored,
  );
  const settings = Object.fromEntries(
    settingColumns(provider).map((name) => [name, plain(checked.settings[name])]),
  );
  const moved = provider.addressFields.some((name) => settings[name] !== plain(row.fields[name]));
  const left = stored.filter((name) => !(name in checked.secrets));
  if (moved) refuseIssues(unsent(provider, authMethod, left));
  const gone = [...(moved ? left : []), ...got.filter((name) => row.fields[hasName(name)] === true)];
  const dropped = Object.fromEntries(gone.map((name) => [name, null]));
  const newSecret = Object.keys(checked.secrets).length > 0;
  const reconnects = moved || newSecret || got.length > 0 || authMethod !== row.authMethod;
  return { authMethod, settings, secrets: { ...dropped, ...checked.secrets }, newSecret, moved, reconnects };
}

/**
 * A token issued with the previous secret proves nothing about the new one. It is marked as expired, so that the next
 * use requests a token with the new secret.
 */
function endOfToken(
  provider: Provider,
  { row, authMethod, given }: { row: ProviderRow; authMethod: string; given: Given },
): { expiresAt?: number } {
  const { expiresAt } = row.fields;
  const isVerified = !methodOf(provider, authMethod).renews || Object.keys(given.secrets).length === 0;
  if (isVerified || !settingColumns(provider).includes("expiresAt"))
    return typeof expiresAt === "number" ? { expiresAt } : {};
  return { expiresAt: Math.floor(Date.now() / 1000) };
}

/** Fields that a refresh replaces. */
const renewed = ["accessToken", "refreshToken"];

/**
 * Whether the tokens that Slipway obtained are invalid because the method or the OAuth application they were issued for
 * changed.
 */
function gotElsewhere(
  provider: Provider,
  { row, authMethod, given }: { row: ProviderRow; authMethod: string; given: Given },
): string[] {
  const before = methodOf(provider, row.authMethod);
  const method = methodOf(provider, authMethod);
  const names = [...(method.together?.any ?? []), ...(method.client ? [method.client] : [])];
  const isOther = names.some(
    (name) =>
      name in given.secrets ||
      (name in given.settings && plain(given.settings[name]) !== plain(row.fields[name])),
  );
  const isSwitched = method !== before && Boolean(method.renews || before.renews);
  if (!(isSwitched || (method.renews && isOther))) return [];
  return renewed.filter((name) => secretColumns(provider).includes(name) && !(name in given.secrets));
}

/** Secrets the method cannot do without and that were not given again for the new address. */
function unsent(provider: Provider, authMethod: string, left: string[]): Issue[] {
  const needed = neededFields(methodOf(provider, authMethod), new Set(left));
  return left
    .filter((name) => needed.includes(name))
    .map((name) => {
      const label = fieldOf(provider, name)?.label.toLowerCase() ?? name;
      return { path: name, message: messageOf({ code: "address_changed", params: { label } }) };
    });
}

function storedSettings(provider: Provider, row: ProviderRow): Record<string, string | number> {
  const settings: Record<string, string | number> = {};
  for (const name of settingColumns(provider)) {
    const value = row.fields[name];
    if (typeof value === "string" || typeof value === "number") settings[name] = value;
  }
  // SLIPWAY_URL may be another one than when this was stored.
  if (settings.redirectUri) settings.redirectUri = callbackUrl(provider);
  return settings;
}

function plain(value: unknown): string | number | boolean | null {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** Why a person has to authorize in the browser again after a change; undefined when there is no need. */
export function needsAuthorization(provider: Provider, row: ProviderRow, change: Change): Reason | undefined {
  const has = (name: string) =>
    name in change.secrets ? Boolean(change.secrets[name]) : row.fields[hasName(name)] === true;
  const secrets = Object.fromEntries(
    secretColumns(provider)
      .filter(has)
      .map((name) => [name, true]),
  );
  const settings = Object.fromEntries(Object.entries(change.settings).filter(([, value]) => value !== null));
  if (!authorizes(methodOf(provider, change.authMethod), { settings, secrets })) return undefined;
  return { code: "authorize_pending", params: { host: provider.manifest.label } };
}

/**
 * The secrets for testing an unsaved connection, without those that Slipway is to generate: a key generated only for a
 * test would be lost.
 */
export function withoutGenerated(
  provider: Provider,
  secrets: Record<string, string | null>,
): Record<string, string | null> {
  const pairs = Object.entries(secrets).map(([name, value]) => {
    const word = fieldOf(provider, name)?.generates;
    return [name, word !== undefined && value?.trim() === word ? null : value] as const;
  });
  return Object.fromEntries(pairs);
}
