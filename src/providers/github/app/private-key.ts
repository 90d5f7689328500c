import { createPrivateKey, type KeyObject } from "node:crypto";
import { z } from "zod";
import { Fault } from "@/lib/fault";
import { HOST } from "@/providers/github/error-mapping";

const BEGIN = /-----BEGIN (?:RSA )?PRIVATE KEY-----/;
const WHOLE = /-----BEGIN ((?:RSA )?PRIVATE KEY)-----([\s\S]*?)-----END \1-----/;

/** GitHub signs with keys of this size; a shorter one was not made by it. */
const MIN_BITS = 2048;

/**
 * The private key of an App as it is stored. What was pasted may have `\n` in the place of line breaks, be in base64 as
 * a whole, or be something else altogether, which is told at once. Whether it can be read, `readKey` tells.
 */
export const PrivateKeyText = z
  .string()
  .max(16_384)
  .transform(plainText)
  .refine((text) => BEGIN.test(text), {
    error: ({ input }) => whatItIs(String(input)),
  });

function plainText(pasted: string): string {
  const text = pasted
    .replaceAll("\\r", "")
    .replaceAll("\\n", "\n")
    .replace(/\r\n?/g, "\n")
    .replace(/^[\s"']+|[\s"']+$/g, "");
  if (text.includes("-----") || !/^[A-Za-z0-9+/=\s]+$/.test(text)) return text;
  const decoded = Buffer.from(text, "base64").toString("latin1").trim();
  return BEGIN.test(decoded) ? decoded : text;
}

function whatItIs(text: string): string {
  const next = "Generate a private key on the page of the App and paste the whole .pem file.";
  if (/BEGIN (?:RSA )?PUBLIC KEY|^ssh-/.test(text)) return `This is a public key. ${next}`;
  if (/BEGIN CERTIFICATE/.test(text)) return `This is a certificate. ${next}`;
  if (/BEGIN (?:OPENSSH|EC|DSA) /.test(text)) return `This is a key of another kind. ${next}`;
  if (/BEGIN ENCRYPTED/.test(text)) return `This key is locked with a passphrase. ${next}`;
  return `This is not a private key: it begins with -----BEGIN RSA PRIVATE KEY-----. ${next}`;
}

/**
 * The key itself, from PKCS#1 or PKCS#8. Line breaks that were lost on the way are put back.
 * @throws Fault `credential_rejected` reason `app_key_missing` | `app_key_unreadable`
 */
export function readKey(text: string | null | undefined): KeyObject {
  if (!text) throw rejected("app_key_missing");
  const key = parsed(wrapped(text));
  const { modulusLength = 0 } = key?.asymmetricKeyDetails ?? {};
  if (key?.asymmetricKeyType !== "rsa" || modulusLength < MIN_BITS) throw rejected("app_key_unreadable");
  return key;
}

function wrapped(text: string): string {
  const [, label = "", body = ""] = WHOLE.exec(text) ?? [];
  const lines = body.replace(/\s+/g, "").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

function parsed(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    // The error of the library may repeat parts of the key.
    return null;
  }
}

function rejected(code: string): Fault {
  return new Fault("credential_rejected", { code, params: { host: HOST } });
}
