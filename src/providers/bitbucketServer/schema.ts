import { z } from "zod";
import { rowsOf } from "@/providers/kit/pages";

export const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const Key = z.string().regex(/^[^/]+$/);

export const Properties = z.object({ version: z.string() });

export const User = z.object({
  name: z.string().min(1),
  slug: z.string().min(1),
  type: z.string().nullish(),
});
export type User = z.infer<typeof User>;

/** A public project opens all of its repositories, whatever they say of themselves. */
export const Project = z.object({ key: Key, public: z.boolean().nullish() });

/** The default branch is not told here; `name` may be any text, the address has the slug. */
export const Repository = z.object({
  id: z.number().int(),
  slug: Key,
  name: z.string().nullish(),
  project: Project,
  public: z.boolean().nullish(),
  archived: z.boolean().nullish(),
});
export type Repository = z.infer<typeof Repository>;

/** The mark of the default branch was renamed between versions. */
export const Branch = z.object({
  displayId: z.string().min(1),
  latestCommit: Sha.nullish(),
  default: z.boolean().nullish(),
  isDefault: z.boolean().nullish(),
});
export type Branch = z.infer<typeof Branch>;

/** `hash` is the object of an annotated tag, `latestCommit` the commit behind it. */
export const Tag = z.object({ displayId: z.string().min(1), latestCommit: Sha.nullish() });
export type Tag = z.infer<typeof Tag>;

export const DefaultBranch = z.object({ displayId: z.string().min(1) });

/** Times are in milliseconds. */
export const Commit = z.object({
  id: Sha,
  message: z.string().nullish(),
  author: z.object({ name: z.string().nullish() }).nullish(),
  committerTimestamp: z.number().nullish(),
  authorTimestamp: z.number().nullish(),
});
export type Commit = z.infer<typeof Commit>;

/** A page of a list. `size` counts this page only, and starts may skip numbers: only `nextPageStart` goes on. */
export function pageOf<Item>(item: z.ZodType<Item>) {
  return z.object({
    values: rowsOf(item),
    isLastPage: z.boolean().nullish(),
    nextPageStart: z.number().int().nonnegative().nullish(),
  });
}

/** What the server says when it refuses. */
export const Refused = z
  .object({
    errors: z.array(z.object({ message: z.string().catch(""), exceptionName: z.string().nullish() })),
  })
  .catch({ errors: [] });
