/** Values that are ordinary words would hide half a log and protect nothing. */
const plainWords = new Set(["true", "false", "null", "none", "production", "development", "staging", "test"]);
const shortest = 4;

/**
 * Make a function that blanks out secrets in text, in the forms they travel in: as they are, URL-encoded, as JSON,
 * as a shell quotes them, in base64 also as part of a longer text, and each line of a secret of several lines.
 */
export function hideSecrets(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap(linesOf).filter(isSecret).flatMap(formsOf));
  const known = [...forms].filter((form) => form.length >= shortest);
  if (known.length === 0) return (text) => text;
  const longestFirst = known.sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(longestFirst.join("|"), "g");
  return (text) => text.replace(pattern, "***");
}

function linesOf(secret: string): string[] {
  return secret.includes("\n") ? [secret, ...secret.split(/\r?\n/)] : [secret];
}

function isSecret(text: string): boolean {
  return text.trim().length >= shortest && !plainWords.has(text.toLowerCase());
}

function formsOf(secret: string): string[] {
  const encoded = [encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
  return [
    secret,
    ...encoded,
    ...quotedByShells(secret),
    ...[0, 1, 2].flatMap((offset) => base64Of(secret, offset)),
  ];
}

/** Inside single quotes, double quotes or `$'…'`, and with a backslash before each sign. */
function quotedByShells(secret: string): string[] {
  return [
    secret.replaceAll("'", `'"'"'`),
    secret.replaceAll("'", "'\\''"),
    secret.replace(/["$`\\]/g, "\\$&"),
    secret.replace(/['\\]/g, "\\$&"),
    secret.replace(/[^\w]/g, "\\$&"),
  ];
}

/** The characters of base64 that depend on nothing but the secret, when it begins `offset` bytes into a group. */
function base64Of(secret: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const start = [0, 2, 3][offset] ?? 0;
  const whole = Math.floor((bytes.length * 8) / 6);
  const part = bytes.toString("base64").slice(start, whole);
  if (part.length < 6) return []; // so short a run turns up by chance
  return [part, part.replaceAll("+", "-").replaceAll("/", "_")];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
