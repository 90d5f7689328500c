import { z } from "zod";
import { rowsOf } from "@/providers/kit/pages";

/** Gitea's JSON, the fields that are used. Go sends `null` for empty lists, and `""` for an absent text. */

export const User = z.object({ id: z.number().int(), login: z.string().min(1) });
export type User = z.infer<typeof User>;

export const Owner = z.object({ id: z.number().int() });
export type Owner = z.infer<typeof Owner>;

/** 1.27 and newer. */
export const CurrentToken = z.object({ scopes: z.array(z.string()).nullable() });

/** Of unread notifications. */
export const NotificationCount = z.object({});

export const Version = z.object({ version: z.string() });

export const Organization = z.object({ username: z.string().nullish(), name: z.string().nullish() });
export type Organization = z.infer<typeof Organization>;
export const Organizations = rowsOf(Organization, { nullIsEmpty: true });

export const Repository = z.object({
  id: z.number().int(),
  full_name: z.string().regex(/^[^/]+\/[^/]+$/),
  default_branch: z.string().nullish(),
  private: z.boolean().nullish(),
  /** Public within an organization or for an account that is not public itself. */
  internal: z.boolean().nullish(),
  archived: z.boolean().nullish(),
  empty: z.boolean().nullish(),
  updated_at: z.string().nullish(),
});
export type Repository = z.infer<typeof Repository>;

export const Repositories = rowsOf(Repository, { nullIsEmpty: true });

/** The answer of a search: the rows and nothing else that is used. */
export const FoundRepositories = z.object({ data: Repositories }).transform(({ data }) => data);

export const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

/** `commit` is null for a branch whose commit the server cannot read. */
export const Branch = z.object({
  name: z.string().min(1),
  commit: z
    .object({
      id: sha,
      message: z.string().nullish(),
      timestamp: z.string().nullish(),
      author: z.object({ name: z.string().nullish() }).nullish(),
    })
    .nullish(),
  protected: z.boolean().nullish(),
});
export type Branch = z.infer<typeof Branch>;
export const Branches = rowsOf(Branch, { nullIsEmpty: true });

/** `commit` is null for a tag of something else than a commit. */
export const Tag = z.object({ name: z.string().min(1), commit: z.object({ sha }).nullish() });
export type Tag = z.infer<typeof Tag>;
export const Tags = rowsOf(Tag, { nullIsEmpty: true });

export const Commit = z.object({
  sha,
  commit: z
    .object({
      message: z.string().nullish(),
      author: z.object({ name: z.string().nullish() }).nullish(),
      committer: z.object({ date: z.string().nullish() }).nullish(),
    })
    .nullish(),
});
export type Commit = z.infer<typeof Commit>;
