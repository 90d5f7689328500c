import type { UrlHost } from "@/features/application/host-of-url";
import type { AuthMethod, Field } from "@/providers/provider";

/** A token as it was pasted beside the address of a repository. */
export interface DedicatedToken {
  username: string;
  accessToken: string;
}

/**
 * How a pasted token may be meant on a host: the fields of each way of signing in that it can fill, the one that the
 * look of the token speaks for first. One that was made for another purpose fills none.
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

/** Null when a field that is needed cannot be known, or the token is of an unfit kind. */
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
