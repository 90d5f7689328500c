import { z } from "zod";

/** Fields of payloads that are useful but not needed: what is odd there counts as not told. */
export const Text = z.string().nullish().catch(null);
export const Flag = z.boolean().nullish().catch(null);
export const Count = z.number().int().nonnegative().nullish().catch(null);

/** The rows of a list that could be read. `skipped` counts the others; the list is null when there is none. */
export interface LooseRows<Item> {
  items: Item[];
  skipped: number;
}

/** A list in a payload: an odd row ends neither the list nor the delivery. */
export function looseRows<Item>(item: z.ZodType<Item>) {
  return z
    .unknown()
    .optional()
    .transform((rows): LooseRows<Item> | null => {
      if (!Array.isArray(rows)) return null;
      const items = rows.flatMap((row) => {
        const result = item.safeParse(row);
        return result.success ? [result.data] : [];
      });
      return { items, skipped: rows.length - items.length };
    });
}

const Names = looseRows(z.string());

/** A commit with its files, as GitHub, GitLab and Gitea tell it. */
export const Commit = z
  .object({ message: Text, added: Names, removed: Names, modified: Names })
  .transform(({ message, ...files }) => ({ message, paths: filesOf(Object.values(files)) }));

/** Gitea sends null for an empty list, and null in all lists when the time to read the files was over. */
function filesOf(lists: (LooseRows<string> | null)[]): string[] | null {
  if (lists.every((one) => one === null) || lists.some((one) => one && one.skipped > 0)) return null;
  return lists.flatMap((one) => one?.items ?? []);
}

/** Ids that are numbers on the host. One too large to be exact is refused: it could be that of another repository. */
export const NumberId = z.number().int().positive().transform(String);
