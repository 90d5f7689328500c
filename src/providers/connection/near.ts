/** At most this many changed letters count as a typing error. */
const MAX_DISTANCE = 3;
const MAX_MATCHES = 3;

/** The names that someone who typed `text` may have meant, closest first. */
export function nearMatches(text: string, names: string[]): string[] {
  const typed = text.toLowerCase();
  return names
    .map((name) => ({ name, distance: closeness(typed, name.toLowerCase()) }))
    .filter((match) => match.distance <= MAX_DISTANCE)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, MAX_MATCHES)
    .map((match) => match.name);
}

/** The last part of a path counts as well: someone who types `platform` may mean `acme/platform`. */
function closeness(typed: string, name: string): number {
  const last = name.split("/").at(-1) ?? name;
  const best = Math.min(distance(typed, name), distance(typed, last));
  const contains = typed.length >= 3 && (name.includes(typed) || typed.includes(name));
  // Short names are all similar, so at most a third of the letters may differ.
  return contains
    ? Math.min(best, MAX_DISTANCE)
    : best * 3 <= typed.length + 2
      ? best
      : Number.POSITIVE_INFINITY;
}

/** Levenshtein distance. */
export function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 64) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replace));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
