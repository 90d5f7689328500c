import { z } from "zod";

const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const Key = z.string().regex(/^[^/]+$/);

export const Properties = z.object({ version: z.string(), displayName: z.string().nullish() });

export const User = z.object({
  name: z.string().min(1),
  slug: z.string().min(1),
  type: z.string().nullish(),
});
export type User = z.infer<typeof User>;

export const Project = z.object({ key: Key });

/** The default branch is not told here; `name` may be any text, the address has the slug. */
export const Repository = z.object({
  id: z.number().int(),
  slug: Key,
  project: Project,
  public: z.boolean().nullish(),
  archived: z.boolean().nullish(),
});
export type Repository = z.infer<typeof Repository>;

/** `id` is the full name of the ref. The mark of the default branch was renamed between versions. */
export const Branch = z.object({
  id: z.string().min(1),
  displayId: z.string().min(1),
  latestCommit: Sha,
  default: z.boolean().nullish(),
  isDefault: z.boolean().nullish(),
});
export type Branch = z.infer<typeof Branch>;

/** `hash` is the object of an annotated tag, `latestCommit` the commit behind it. */
export const Tag = z.object({ displayId: z.string().min(1), latestCommit: Sha });
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
    values: z.array(item),
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
