/** Values that are ordinary words would hide half a log and protect nothing. */
const plainWords = new Set(["true", "false", "null", "none", "production", "development", "staging", "test"]);
const shortest = 4;
/** Shorter shared pieces than this are left alone: they would hide ordinary words. */
const pieceLength = 8;

export interface Redacted {
  /** Values of any kind, for example those of a build's variables. Ordinary words among them are left alone. */
  secrets?: readonly string[];
  /**
   * The credential for a remote. Parts of it of at least eight characters are redacted too, since a line break may
   * split it.
   */
  credential?: { username: string; password: string } | null;
}

/**
 * Make a function that blanks out secrets in text, in the forms they travel in: as they are, URL-encoded, as JSON,
 * as a shell quotes them, in base64 also as part of a longer text, and each line of a secret of several lines.
 */
export function redactor({ secrets = [], credential = null }: Redacted): (text: string) => string {
  const ofCredential = credential ? credentialForms(credential) : [];
  const forms = [...secrets.flatMap(linesOf).filter(isSecret).flatMap(formsOf), ...ofCredential];
  const known = [...new Set(forms)].filter((form) => form.length >= shortest);
  if (known.length === 0) return (text) => text;
  const longestFirst = known.sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(longestFirst.join("|"), "g");
  const pieces = new Set(ofCredential.flatMap(piecesOf));
  return (text) => blankPieces(text.replace(pattern, "***"), pieces);
}

function credentialForms({ username, password }: { username: string; password: string }): string[] {
  // Some hosts take the token as the user name with an empty or fixed password.
  const secrets = password === "" || password === "x-oauth-basic" ? [username, password] : [password];
  const texts = [...secrets, `${username}:${password}`];
  return [...secrets.flatMap(formsOf), ...texts.flatMap(wholeBase64)].filter(
    (form) => form.length >= shortest,
  );
}

function wholeBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  return [bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")];
}

function piecesOf(form: string): string[] {
  return Array.from({ length: Math.max(0, form.length - pieceLength + 1) }, (_, at) =>
    form.slice(at, at + pieceLength),
  );
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
  if (part.length < 6) return []; // such a short piece occurs by chance
  return [part, part.replaceAll("+", "-").replaceAll("/", "_")];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function blankPieces(text: string, pieces: ReadonlySet<string>): string {
  if (pieces.size === 0) return text;
  let out = "";
  let at = 0;
  while (at < text.length) {
    const end = coveredEnd(text, at, pieces);
    out += end > at ? "***" : text[at];
    at = end > at ? end : at + 1;
  }
  return out;
}

function coveredEnd(text: string, from: number, pieces: ReadonlySet<string>): number {
  let end = from;
  for (let at = from; at <= end || at === from; at++) {
    if (!pieces.has(text.slice(at, at + pieceLength))) break;
    end = at + pieceLength;
  }
  return end;
}

/** Text that is safe for terminals and pages: no escape sequences, control or direction characters. */
export function plainText(line: string): string {
  const unescaped = line.replace(/\p{Cc}\[[0-9;?]*[A-Za-z]/gu, "");
  return unescaped
    .replace(/\t/g, " ")
    .replace(/[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, "");
}
