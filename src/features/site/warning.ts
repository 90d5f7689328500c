import { z } from "zod";

/**
 * A problem to report to the owner of a site although its deployment succeeded. Stored as a code; the text is made when
 * it is sent.
 */
export const SiteWarning = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type SiteWarning = z.infer<typeof SiteWarning>;

/** So many are kept of one deployment. */
export const maxWarnings = 50;

const shown = 5;

/** The first few names of a list, for a sentence. */
export function someOf(names: readonly string[]): string {
  const more = names.length - shown;
  return names.slice(0, shown).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
