import { z } from "zod";

/** Gitea's JSON, the fields that are used. Go sends `null` for empty lists, and `""` for an absent text. */

export const User = z.object({
  id: z.number().int(),
  login: z.string().min(1),
  html_url: z.string().optional(),
});
export type User = z.infer<typeof User>;

export const Owner = z.object({ id: z.number().int() });
export type Owner = z.infer<typeof Owner>;

/** 1.27 and newer. */
export const CurrentToken = z.object({ scopes: z.array(z.string()).nullable() });

/** Of unread notifications. */
export const NotificationCount = z.object({ new: z.number().int() });

export const Version = z.object({ version: z.string() });

export const Organization = z.object({ username: z.string().optional(), name: z.string().optional() });
export type Organization = z.infer<typeof Organization>;

export const Repository = z.object({
  id: z.number().int(),
  name: z.string().min(1),
  full_name: z.string().min(3),
  owner: z.object({ login: z.string().min(1) }),
  default_branch: z.string().optional(),
  private: z.boolean(),
  /** Public within an organization or for an account that is not public itself. */
  internal: z.boolean().optional(),
  archived: z.boolean().optional(),
  empty: z.boolean(),
  updated_at: z.string().optional(),
  permissions: z.object({ admin: z.boolean(), push: z.boolean(), pull: z.boolean() }).nullish(),
});
export type Repository = z.infer<typeof Repository>;

export const SearchResults = z.object({ data: z.array(Repository) });

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

export const Branch = z.object({
  name: z.string().min(1),
  commit: z.object({
    id: sha,
    message: z.string().optional(),
    timestamp: z.string().optional(),
    author: z.object({ name: z.string().optional() }).nullish(),
  }),
  protected: z.boolean().optional(),
});
export type Branch = z.infer<typeof Branch>;

export const Tag = z.object({ name: z.string().min(1), commit: z.object({ sha }) });
export type Tag = z.infer<typeof Tag>;

export const Commit = z.object({
  sha,
  commit: z.object({
    message: z.string().optional(),
    author: z.object({ name: z.string().optional() }).nullish(),
    committer: z.object({ date: z.string().optional() }).nullish(),
  }),
});
export type Commit = z.infer<typeof Commit>;

/** A list of items; an empty one may be `null`. */
export function listOf<Item>(item: z.ZodType<Item>): z.ZodType<Item[]> {
  return z
    .array(item)
    .nullable()
    .transform((items) => items ?? []);
}
