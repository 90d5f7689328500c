/**
 * Files that bundlers write and people do not name: a part that looks like a hash is one. An image, a film or a table may
 * be called `plan-Q3FY24v2.png` by its author, so there only a hash of its content counts.
 */
const bundled = /\.(m?js|css|map|wasm|woff2?|ttf|otf)$/i;

/** The last part of a name before its ending: `B3xk2L9a` in `index-B3xk2L9a.js`. */
const lastPart = /[-._]([A-Za-z0-9_-]{8,64})\.[a-z0-9]+(?:\.map)?$/;

/**
 * Whether the name of a file changes with its content.
 * @param digests hex hashes of its content: a name that holds the beginning of one is sure to
 */
export function isHashName(file: string, digests: readonly string[]): boolean {
  const name = file.slice(file.lastIndexOf("/") + 1);
  if (/\.html?$/i.test(name)) return false;
  const part = lastPart.exec(name)?.[1] ?? "";
  if (part !== "" && digests.some((digest) => digest.startsWith(part.toLowerCase()))) return true;
  return bundled.test(name) && (looksLikeHex(part) || looksLikeBase64(part.slice(-8)));
}

function looksLikeHex(part: string): boolean {
  return /^[0-9a-f]+$/.test(part) && /\d/.test(part) && /[a-f]/.test(part) && averageRun(part) <= 2;
}

/** Strict, since a word, a year or a camel-case name taken for a hash would keep old content in browsers for a year. */
function looksLikeBase64(part: string): boolean {
  const kinds = [/\d/, /[a-z]/, /[A-Z]/].every((kind) => kind.test(part));
  return part.length === 8 && kinds && averageRun(part) <= 1.7;
}

/** Average length of runs of letters, digits or signs: long in words, short in hashes. */
function averageRun(part: string): number {
  return part.length / (part.match(/[A-Z]?[a-z]+|[A-Z]+|\d+|[_-]+/g)?.length ?? 1);
}
