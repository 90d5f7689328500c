/** What people write in a commit's message so that it is not built, in the forms that hosts and CI services know. */
const markers = /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]|\*{3}NO_CI\*{3}/i;

/** A trailer of git: a line of the last paragraph. */
const trailer = /^skip-checks: *true *$/im;

/** The marker in a commit's message; null when there is none. */
export function skipMarkerIn(message: string): string | null {
  const [found] = markers.exec(message) ?? [];
  if (found) return found;
  const paragraphs = message.trim().split(/\r?\n\s*\n/);
  return paragraphs.length > 1 && trailer.test(paragraphs.at(-1) ?? "") ? "skip-checks: true" : null;
}
