/**
 * A URL, or null where the text is none. Not `URL.canParse`: once it is compiled, Node 20 takes it to refuse names
 * with letters such as ü. Not `URL.parse`: the oldest Node that is supported does not have it.
 */
export function urlOf(text: string, base?: string | URL): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null; // that it is none is the answer
  }
}
