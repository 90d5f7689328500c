import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { RawDelivery, VerifiedDelivery } from "@/providers/webhook";

/** Deliveries older or newer than this are refused where the time is signed, so that none can be sent again later. */
const TOLERANCE_SECONDS = 5 * 60;

/** HMAC-SHA256 over the body in hexadecimal digits, with or without `sha256=` in front. */
export function verifyHmac(
  delivery: RawDelivery,
  signature: string | null,
  secrets: readonly string[],
): VerifiedDelivery | null {
  const [, digits] = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(signature?.trim() ?? "") ?? [];
  const given = Buffer.from(digits ?? "", "hex");
  return accepted(delivery, secrets, (secret) =>
    equal(given, createHmac("sha256", secret).update(delivery.raw).digest()),
  );
}

/** A secret that the host sends as it is. The bytes of the body are then as trustworthy as the connection. */
export function verifyToken(
  delivery: RawDelivery,
  tokens: readonly (string | null)[],
  secrets: readonly string[],
): VerifiedDelivery | null {
  const given = tokens.map((token) => (token ? digest(token) : Buffer.alloc(0)));
  return accepted(
    delivery,
    secrets,
    (secret) => given.filter((one) => equal(one, digest(secret))).length > 0,
  );
}

/** https://www.standardwebhooks.com: id, time and body are signed with the key behind `whsec_`. */
export function verifyStandard(
  delivery: RawDelivery,
  secrets: readonly string[],
  now: Date,
): VerifiedDelivery | null {
  const { headers, raw } = delivery;
  const [id, timestamp] = [headers.get("webhook-id"), headers.get("webhook-timestamp")];
  if (!id || !timestamp || !/^\d{1,12}$/.test(timestamp)) return null;
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return null;
  const given = (headers.get("webhook-signature") ?? "")
    .split(" ")
    .slice(0, 10)
    .filter((one) => /^v1,[A-Za-z0-9+/]{43}=$/.test(one))
    .map((one) => Buffer.from(one.slice(3), "base64"));
  return accepted(delivery, secrets, (secret) => {
    const key = signingKeyOf(secret);
    if (!key) return false;
    const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(raw).digest();
    return given.filter((one) => equal(one, expected)).length > 0;
  });
}

/** Null for a secret that is not one of Standard Webhooks. */
export function signingKeyOf(secret: string): Buffer | null {
  const [, text] = /^whsec_([A-Za-z0-9+/]{16,}={0,2})$/.exec(secret) ?? [];
  return text ? Buffer.from(text, "base64") : null;
}

/** A delivery that was verified when it arrived and kept since then: its row stands for the signature. */
export function verifiedOnReceipt(kept: {
  body: Uint8Array;
  headers: Record<string, string>;
}): VerifiedDelivery {
  return {
    raw: kept.body,
    headers: new Headers(kept.headers),
    secretIndex: 0,
  } as RawDelivery as VerifiedDelivery;
}

/** The bytes as an id, for a delivery that has none of its own. Ids of the host are cut to a bounded length as well. */
export function deliveryIdOf({ raw, headers }: VerifiedDelivery, ...names: string[]): string {
  const told = names.map((name) => headers.get(name)?.trim()).find((id) => id);
  if (told && /^[\w{}:.-]{1,100}$/.test(told)) return told;
  const hash = createHash("sha256").update(told ?? "");
  return `sha256:${(told ? hash : hash.update(raw)).digest("hex")}`;
}

/** Every secret is tried, so that the time does not tell which one was right. */
function accepted(
  { raw, headers }: RawDelivery,
  secrets: readonly string[],
  isRight: (secret: string) => boolean,
): VerifiedDelivery | null {
  // An empty secret would sign for everybody.
  const right = secrets.map((secret) => secret !== "" && isRight(secret));
  const secretIndex = right.indexOf(true);
  return secretIndex < 0 ? null : ({ raw, headers, secretIndex } as VerifiedDelivery);
}

function equal(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
