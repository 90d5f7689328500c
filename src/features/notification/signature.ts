import { createHmac } from "node:crypto";

/**
 * The signature of a message by version 1 of Standard Webhooks: HMAC-SHA256 over id, time and body.
 * @param secret `whsec_` and the key in base64
 * @returns `v1,<base64>`
 */
export function signatureOf(
  secret: string,
  { id, seconds, body }: { id: string; seconds: number; body: string },
): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64")}`;
}
