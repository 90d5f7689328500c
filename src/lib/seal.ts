import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Fault } from "@/lib/fault";
import { type Key, keyRing } from "@/lib/key-ring";

/** Where a secret is stored and what it is for. A sealed value opens in the same context only. */
export interface SealContext {
  table: string;
  column: string;
  rowId: string;
  /** Values that must not change: organization, provider, the addresses the secret may be sent to. */
  bound?: readonly (string | null)[];
}

const cipherName = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seal a secret for one context, under the first key of the ring.
 * @returns `v1:keyId:nonce:ciphertext:tag`, the last three in base64url
 */
export function seal(plain: string, at: SealContext): string {
  const [key] = keyRing();
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(cipherName, key.bytes, nonce, { authTagLength: tagBytes });
  cipher.setAAD(boundTo(key, at));
  const text = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return ["v1", key.id, ...[nonce, text, cipher.getAuthTag()].map((part) => part.toString("base64url"))].join(
    ":",
  );
}

/**
 * Open a sealed secret.
 * @throws Fault `internal` with reason `seal_broken` (it was changed, or what it is bound to was) or `key_unknown`
 */
export function open(sealed: string, at: SealContext): string {
  const { keyId, nonce, text, tag } = parse(sealed, at);
  const key = keyRing().find(({ id }) => id === keyId);
  if (!key)
    throw new Fault("internal", {
      code: "key_unknown",
      params: { keyId, table: at.table, column: at.column },
    });
  try {
    const decipher = createDecipheriv(cipherName, key.bytes, nonce, { authTagLength: tagBytes });
    decipher.setAAD(boundTo(key, at));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw broken(at, cause);
  }
}

/** The id of the key a value is sealed under. @throws Fault `internal` with reason `seal_broken` */
export function sealedUnder(sealed: string, at: SealContext): string {
  return parse(sealed, at).keyId;
}

/** JSON keeps the parts apart whatever characters are in them. */
function boundTo(key: Key, { table, column, rowId, bound = [] }: SealContext): Buffer {
  return Buffer.from(JSON.stringify(["v1", key.id, table, column, rowId, ...bound]));
}

function parse(sealed: string, at: SealContext) {
  const match = /^v1:([A-Za-z0-9_-]{1,32}):([\w-]{16}):([\w-]*):([\w-]{22})$/.exec(sealed);
  if (!match) throw broken(at);
  const [, keyId = "", nonce = "", text = "", tag = ""] = match;
  return { keyId, nonce: strictBytes(nonce, at), text: strictBytes(text, at), tag: strictBytes(tag, at) };
}

/** The last character of base64url can hold unused bits; they have to be zero, so that a value has one spelling. */
function strictBytes(part: string, at: SealContext): Buffer {
  const bytes = Buffer.from(part, "base64url");
  if (bytes.toString("base64url") !== part) throw broken(at);
  return bytes;
}

function broken({ table, column }: SealContext, cause?: unknown): Fault {
  return new Fault("internal", { code: "seal_broken", params: { table, column } }, { cause });
}
