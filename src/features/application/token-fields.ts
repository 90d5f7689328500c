import type { UrlHost } from "@/features/application/host-of-url";
import type { AuthMethod, Field } from "@/providers/provider";

/** A token as it was pasted beside the address of a repository. */
export interface DedicatedToken {
  username: string;
  accessToken: string;
}

/**
 * The auth methods that a pasted token may belong to on a host, as their fields; the one that the token's prefix
 * suggests comes first. None for a kind of token that does not fit.
 */
export function fieldSetsFor(host: UrlHost, token: DedicatedToken): Record<string, string>[] {
  return Object.entries(host.provider.manifest.methods)
    .filter(([, method]) => method.kind === "form" && !method.removed && method.requires.length === 1)
    .flatMap(([authMethod, method]) => {
      const filled = fill(host, method, token);
      return filled ? [{ rank: rank(method, token), fields: { ...filled, authMethod } }] : [];
    })
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ fields }) => fields);
}

/** Null when a required field is unknown, or the token is of a kind that does not fit. */
function fill(host: UrlHost, method: AuthMethod, token: DedicatedToken): Record<string, string> | null {
  const fields: Record<string, string> = { ...host.settings };
  const secret = secretOf(method);
  if (!secret || kindOf(secret, token)?.unfit) return null;
  fields[secret.name] = token.accessToken;
  const { ownerField } = host.provider.manifest;
  for (const { name } of needed(method).filter(({ name }) => !fields[name])) {
    const value = name === ownerField ? host.parsed.fullName.split("/")[0] : token.username;
    if (!value) return null;
    fields[name] = value;
  }
  return fields;
}

function rank(method: AuthMethod, token: DedicatedToken): number {
  const secret = secretOf(method);
  const looksSo = secret && kindOf(secret, token) ? 4 : 0;
  const asks = needed(method).some(({ name }) => /mail|user/i.test(name));
  return looksSo + (asks === (token.username !== "") ? 2 : 0) + (method.recommended ? 1 : 0);
}

function secretOf({ fields, requires }: AuthMethod): Field | undefined {
  return fields.find(({ name }) => name === requires[0]);
}

function needed({ fields }: AuthMethod): Field[] {
  return fields.filter(({ required, secret }) => required && !secret);
}

function kindOf({ kinds }: Field, { accessToken }: DedicatedToken) {
  const fitting = (kinds ?? []).filter(({ prefix }) => accessToken.startsWith(prefix));
  return fitting.toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
}
