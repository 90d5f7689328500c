import type { SecretKind } from "@/providers/secret-kind";

/** What a pasted secret is by how it begins; the longest beginning wins. Undefined when that tells nothing. */
export function secretKind(kinds: readonly SecretKind[] | undefined, value: string): SecretKind | undefined {
  const text = value.trim();
  return kinds
    ?.filter(({ prefix }) => text.length > prefix.length && text.startsWith(prefix))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
}
