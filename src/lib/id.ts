import { randomBytes } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford base 32: no i, l, o, u

/** A new opaque id: 24 characters, 120 random bits, safe in a URL, a host name and a folder name. */
export function newId(): string {
  let id = "";
  for (const byte of randomBytes(24)) id += alphabet[byte % 32];
  return id;
}

/** A new secret value with at least 192 random bits, in base64url. */
export function newSecret(bytes = 24): string {
  return randomBytes(bytes).toString("base64url");
}
