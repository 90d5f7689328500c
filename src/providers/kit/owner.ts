/**
 * The owner whose repositories are listed: the one of the settings is never left. Empty for all of them; null when
 * another one is asked for. Letter case does not count.
 */
export function ownerWithin(configured: string | null | undefined, asked: string | undefined): string | null {
  const own = configured?.trim() ?? "";
  const other = asked?.trim() ?? "";
  if (own === "" || other === "") return own || other;
  return own.toLowerCase() === other.toLowerCase() ? own : null;
}
