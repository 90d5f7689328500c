import { digest } from "@/access/digest";
import { newId, newSecret } from "@/lib/id";

const form = /^slw_([0-9a-z]{12})_[A-Za-z0-9_-]{43}$/;

/** A new key: the text is for its owner, once; the rest is for the row. */
export function mintKey() {
  const prefix = newId().slice(0, 12);
  const key = `slw_${prefix}_${newSecret(32)}`;
  return { key, stored: { prefix, keyHash: digest(key), lastFour: key.slice(-4) } };
}

/** The look-up part of a key; null for text that cannot be one. */
export function prefixOf(text: string): string | null {
  return text.length === 60 ? (form.exec(text)?.[1] ?? null) : null;
}
