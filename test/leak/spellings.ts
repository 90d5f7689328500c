/**
 * For tests: how a secret may be written in an output that leaks it. Base64 is taken at its three offsets, so that
 * `user:secret` and the middle of a longer text are found as well.
 */
export function spellingsOf(secret: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString("hex");
  const each = (pattern: string) => hex.replace(/../g, pattern);
  const named = {
    raw: secret,
    json: JSON.stringify(secret).slice(1, -1),
    "json, every sign": each("\\u00$&"),
    url: encodeURIComponent(secret),
    "url, every sign": each("%$&"),
    "url, every sign, upper case": each("%$&").toUpperCase(),
    html: secret.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
    hex,
    "hex, upper case": hex.toUpperCase(),
    ...base64Of(bytes),
  };
  return new Map(Object.entries(named).filter(([, text]) => text !== ""));
}

/** The characters that depend on the secret alone, wherever in a group of three bytes it begins. */
function base64Of(bytes: Buffer): Record<string, string> {
  const pairs = [0, 1, 2].flatMap((offset) => {
    const start = [0, 2, 3][offset] ?? 0;
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    const part = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .slice(start, end);
    return [
      [`base64 at ${offset}`, part],
      [`base64url at ${offset}`, part.replaceAll("+", "-").replaceAll("/", "_")],
    ];
  });
  return Object.fromEntries(pairs);
}

/** For tests: a text without white space and without the escaped line ends of JSON and COPY. */
export function unwrapped(text: string): string {
  return text.replace(/\\[rnt]|\s+/g, "");
}
