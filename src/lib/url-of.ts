/**
 * A URL, or null where the text is none. Not `URL.canParse`: once optimized, it refuses names with letters such as
 * ü on Node 20. Not `URL.parse`: the oldest supported Node does not have it.
 */
export function urlOf(text: string, base?: string | URL): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null; // null says that it is no URL
  }
}
