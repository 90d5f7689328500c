import { createHash, timingSafeEqual } from "node:crypto";

/** SHA-256 as hex: how tokens and keys with at least 128 random bits are stored. Not for passwords. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Compare two digests in a time that does not depend on where they differ. */
export function sameDigest(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
