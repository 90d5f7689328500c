import { z } from "zod";

/** GitLab's JSON: only the fields that are used. Times are ISO text, ids are numbers. */

export const Sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);

/**
 * A project, in the short form (`simple=true`) or the long one. The short form never has `archived` and
 * `empty_repo`, on older servers no `visibility`; `default_branch` is left out when the code may not be read.
 */
export const Project = z.object({
  id: z.number().int().positive(),
  path_with_namespace: z.string().regex(/^[^/]+(?:\/[^/]+)+$/),
  default_branch: z.string().nullish(),
  visibility: z.string().nullish(),
  archived: z.boolean().nullish(),
  empty_repo: z.boolean().nullish(),
  last_activity_at: z.string().nullish(),
});
export type Project = z.infer<typeof Project>;

/** A commit as branches, tags and the commit call show it. */
export const Commit = z.object({
  id: Sha,
  title: z.string().nullish(),
  author_name: z.string().nullish(),
  committed_date: z.string().nullish(),
});
export type Commit = z.infer<typeof Commit>;

export const Branch = z.object({
  name: z.string().min(1),
  commit: Commit.nullish(),
  protected: z.boolean().nullish(),
  default: z.boolean().nullish(),
});
export type Branch = z.infer<typeof Branch>;

/** `commit` is null for a tag of something else than a commit. */
export const Tag = z.object({
  name: z.string().min(1),
  commit: Commit.nullish(),
  protected: z.boolean().nullish(),
});
export type Tag = z.infer<typeof Tag>;

export const User = z.object({ username: z.string().min(1) });
export type User = z.infer<typeof User>;

/** The token in use. `expires_at` is a day, at whose start (UTC) the token ends. */
export const AccessToken = z.object({
  scopes: z.array(z.string()),
  active: z.boolean().nullish(),
  revoked: z.boolean().nullish(),
  expires_at: z.string().nullish(),
});
export type AccessToken = z.infer<typeof AccessToken>;

/** The token of OAuth in use, in the same form. It is renewed, so its end is not the end of the credential. */
export const TokenInfo = z
  .object({ scope: z.array(z.string()) })
  .transform(({ scope }): AccessToken => ({ scopes: scope }));

export const Version = z.object({ version: z.string().min(1).max(100) });

export const Group = z.object({ full_path: z.string().min(1) });
export type Group = z.infer<typeof Group>;

/** What GitLab says when it refuses: one of two forms. */
export const Refused = z.object({
  message: z.unknown().optional(),
  error: z.unknown().optional(),
  error_description: z.string().optional().catch(undefined),
  scope: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
});
