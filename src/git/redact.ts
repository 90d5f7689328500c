/** Shorter shared pieces than this are left alone: they would hide ordinary words. */
const pieceLength = 8;

/**
 * Make a function that blanks out credentials in text that git or a remote prints, in every form they travel in,
 * also when only a piece of at least eight characters shows (a secret broken over two lines).
 */
export function redactor(
  credential: { username: string; password: string } | null,
): (text: string) => string {
  const forms = credential ? secretForms(credential) : [];
  const whole = forms.filter((form) => form.length >= 3).sort((a, b) => b.length - a.length);
  const pieces = new Set(forms.flatMap(piecesOf));
  return (text) => blankPieces(blankWhole(text, whole), pieces);
}

function secretForms({ username, password }: { username: string; password: string }): string[] {
  // Some hosts take the token as the user name with an empty or fixed password.
  const secrets = password === "" || password === "x-oauth-basic" ? [username, password] : [password];
  const pair = `${username}:${password}`;
  return [
    ...secrets.flatMap((secret) => [secret, encodeURIComponent(secret), ...base64(secret)]),
    ...base64(pair),
  ];
}

function base64(text: string): string[] {
  const bytes = Buffer.from(text);
  return [bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")];
}

function piecesOf(form: string): string[] {
  return Array.from({ length: Math.max(0, form.length - pieceLength + 1) }, (_, at) =>
    form.slice(at, at + pieceLength),
  );
}

function blankWhole(text: string, forms: readonly string[]): string {
  return forms.reduce((rest, form) => rest.replaceAll(form, "***"), text);
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

/** Text a terminal or a page cannot be tricked with: no escape sequences, control or direction characters. */
export function plainText(line: string): string {
  const unescaped = line.replace(/\p{Cc}\[[0-9;?]*[A-Za-z]/gu, "");
  return unescaped
    .replace(/\t/g, " ")
    .replace(/[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, "");
}
