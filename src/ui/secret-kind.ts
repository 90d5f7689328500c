import type { SecretKind } from "@/providers/secret-kind";

/** The kind of a pasted secret by its prefix; the longest match wins. Undefined when no prefix matches. */
export function secretKind(kinds: readonly SecretKind[] | undefined, value: string): SecretKind | undefined {
  const text = value.trim();
  return kinds
    ?.filter(({ prefix }) => text.length > prefix.length && text.startsWith(prefix))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
}
