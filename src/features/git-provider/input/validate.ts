import { methodOf, neededFields } from "@/features/git-provider/input/auth-method";
import { fieldOf } from "@/features/git-provider/input/schema";
import { env } from "@/lib/env";
import { asFault, Fault } from "@/lib/fault";
import { readUrl } from "@/lib/outbound/url";
import { messageOf, type Reason } from "@/lib/reason";
import type { Provider } from "@/providers/provider";

export interface Issue {
  path: string;
  message: string;
}

/** A connection that can be stored: every value has passed the type's own schema. */
export interface Checked {
  settings: Record<string, unknown>;
  secrets: Record<string, string>;
}

interface Values {
  settings: Record<string, string | number>;
  secrets: Record<string, string>;
}

/**
 * Check the values of a connection for one auth method. `stored` names secrets that are kept and need not be given.
 * @throws Fault `invalid_input` with an issue per field; no message repeats a value of a secret
 */
export function check(
  provider: Provider,
  method: string,
  values: Values,
  stored: readonly string[] = [],
): Checked {
  const settings = filled(values.settings);
  const missing = missingFields(provider, method, { ...values, settings }, stored);
  const wrong = [
    ...wrongNumbers(settings),
    ...wrongTexts(provider, { ...values, settings }),
    ...wrongAddresses(provider, settings),
  ];
  const parsed = provider.settings.safeParse(settings);
  const parsedSecrets = provider.secrets.safeParse(values.secrets);
  const schema = [...(parsed.error?.issues ?? []), ...(parsedSecrets.error?.issues ?? [])].map((issue) => ({
    path: issue.path.join("."),
    message: issue.message,
  }));
  refuseIssues([...missing, ...wrong, ...schema]);
  return { settings: parsed.data ?? {}, secrets: filled(parsedSecrets.data ?? {}) };
}

/** @throws Fault `invalid_input` when there is any; one message per field, the first */
export function refuseIssues(issues: Issue[]): void {
  const first = issues.filter((issue, at) => issues.findIndex(({ path }) => path === issue.path) === at);
  if (first.length === 0) return;
  const summary = first.map((issue) => `${issue.path}: ${issue.message.replace(/\.$/, "")}`).join("; ");
  throw new Fault("invalid_input", { code: "invalid_input", params: { summary } }, { issues: first });
}

function filled<T>(values: Record<string, T | null | undefined>): Record<string, T> {
  const pairs = Object.entries(values).filter(
    (pair): pair is [string, T] => pair[1] != null && pair[1] !== "",
  );
  return Object.fromEntries(pairs);
}

function missingFields(provider: Provider, name: string, values: Values, stored: readonly string[]): Issue[] {
  const given = new Set([...Object.keys(values.settings), ...Object.keys(values.secrets), ...stored]);
  const needed = new Set(neededFields(methodOf(provider, name), given));
  return [...needed]
    .filter((field) => !given.has(field))
    .map((field) => ({ path: field, message: `${fieldOf(provider, field)?.label ?? field} is needed.` }));
}

/** The columns are PostgreSQL int4: larger numbers would overflow. */
function wrongNumbers(settings: Values["settings"]): Issue[] {
  return Object.entries(settings)
    .filter(
      ([, value]) => typeof value === "number" && !(Number.isInteger(value) && Math.abs(value) < 2 ** 31),
    )
    .map(([path]) => ({ path, message: "This is not a whole number that can be stored." }));
}

function wrongTexts(provider: Provider, { settings, secrets }: Values): Issue[] {
  const plain = Object.entries(settings).filter(([name, value]) => !isPlain(provider, name, String(value)));
  const sealed = Object.entries(secrets).filter(([name, value]) => !isSendable(provider, name, value));
  return [...plain, ...sealed].map(([path]) => ({
    path,
    message:
      "This holds a line break or a character that cannot be sent. Copy it again, without anything around it.",
  }));
}

function isPlain(provider: Provider, name: string, value: string): boolean {
  const lines = fieldOf(provider, name)?.kind === "multiline";
  return !/\p{Cc}/u.test(lines ? value.replace(/[\r\n\t]/g, "") : value);
}

/** Secrets are sent in HTTP headers, where a line break would start another header. */
function isSendable(provider: Provider, name: string, value: string): boolean {
  const lines = fieldOf(provider, name)?.kind === "multiline";
  return /^[\x20-\x7e\xa0-\xff]*$/.test(lines ? value.replace(/[\r\n\t]/g, "") : value);
}

function wrongAddresses(provider: Provider, settings: Values["settings"]): Issue[] {
  return Object.entries(settings).flatMap(([path, value]) => {
    if (path === "redirectUri") return wrongCallback(provider, String(value));
    return fieldOf(provider, path)?.kind === "url" ? wrongAddress(path, String(value)) : [];
  });
}

function wrongAddress(path: string, value: string): Issue[] {
  try {
    const { search, hash } = readUrl(value);
    if (search === "" && hash === "") return [];
    return [{ path, message: "The part behind ? or # does not belong to the address. Leave it out." }];
  } catch (error) {
    return [{ path, message: messageOf(asFault(error).reason) }];
  }
}

/** The OAuth callback URL of a provider type. Only Slipway decides it, so a given redirect URI must equal it. */
export function callbackUrl(provider: Pick<Provider, "type">): string {
  return `${env().url}/api/${provider.type}/callback`;
}

function wrongCallback(provider: Provider, value: string): Issue[] {
  const expected = callbackUrl(provider);
  if (value.replace(/\/$/, "") === expected) return [];
  const reason: Reason = { code: "redirect_uri_elsewhere", params: { expected } };
  return [{ path: "redirectUri", message: messageOf(reason) }];
}
