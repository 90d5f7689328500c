import { z } from "zod";
import { rowsOf } from "@/providers/kit/pages";

/** Bitbucket's JSON (API 2.0): only the fields that are used. Ids are UUIDs in braces. */

export const Sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
export const Uuid = z.string().regex(/^\{[0-9a-f-]{36}\}$/i);

/** `username` is told of oneself only, and `nickname` is chosen freely. */
export const User = z.object({
  uuid: Uuid,
  username: z.string().nullish(),
  nickname: z.string().nullish(),
  display_name: z.string().nullish(),
});
export type User = z.infer<typeof User>;

export const Membership = z.object({ workspace: z.object({ slug: z.string().min(1) }) });
export type Membership = z.infer<typeof Membership>;

/** `mainbranch` is null for an empty repository, and also where the main branch was deleted; `name` may be any text, the last part of `full_name` is the slug. */
export const Repository = z.object({
  uuid: Uuid,
  full_name: z.string().regex(/^[^/]+\/[^/]+$/),
  is_private: z.boolean().nullish(),
  mainbranch: z
    .object({ name: z.string().min(1) })
    .nullish()
    .catch(undefined),
  updated_on: z.string().nullish(),
});
export type Repository = z.infer<typeof Repository>;

/** Times have an offset; `raw` is `Name <mail>`. */
export const Commit = z.object({
  hash: Sha,
  message: z.string().nullish(),
  date: z.string().nullish(),
  author: z.object({ raw: z.string().nullish() }).nullish(),
});
export type Commit = z.infer<typeof Commit>;

/** A branch or a tag; the target of an annotated tag is the commit behind it. */
export const Ref = z.object({ name: z.string().min(1), target: Commit.nullish() });
export type Ref = z.infer<typeof Ref>;

/** A page of a list. `next` is the address of the next one, `size` the rows of all, where they are known. */
export function pageOf<Item>(item: z.ZodType<Item>) {
  return z.object({
    values: rowsOf(item),
    next: z.string().nullish(),
    size: z.number().int().nonnegative().nullish().catch(undefined),
  });
}

/** What Bitbucket says when it refuses. */
export const Refused = z
  .object({ error: z.object({ message: z.string().catch(""), detail: z.unknown().optional() }) })
  .catch({ error: { message: "" } });

export const ScopeDetail = z.object({
  required: z.array(z.string()).catch([]),
  granted: z.array(z.string()).catch([]),
});
