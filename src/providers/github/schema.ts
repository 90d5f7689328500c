import { z } from "zod";
import { rowsOf } from "@/providers/kit/pages";

/** GitHub's JSON: only the fields that are used. Times are ISO text, ids are numbers. */

export const Sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);

/** What answers at the root of the API. */
export const Root = z.object({ current_user_url: z.string(), repository_url: z.string() });

export const User = z.object({ login: z.string().min(1).max(100) });
export type User = z.infer<typeof User>;

export const Organization = z.object({ login: z.string().min(1) });
export type Organization = z.infer<typeof Organization>;

/** The short form, as in the list of an organization, may leave out everything that is optional here. */
export const Repository = z.object({
  id: z.number().int().positive(),
  full_name: z.string().regex(/^[^/]+\/[^/]+$/),
  private: z.boolean().nullish(),
  default_branch: z.string().nullish(),
  archived: z.boolean().nullish(),
  /** Kilobytes, counted now and then: 0 for an empty repository, but also for a young one. */
  size: z.number().nullish(),
  pushed_at: z.string().nullish(),
});
export type Repository = z.infer<typeof Repository>;

/** `incomplete_results`: the search ran out of time and gives what it had found by then. */
export const SearchResults = z.object({
  total_count: z.number().int().nullish(),
  incomplete_results: z.boolean().nullish(),
  items: rowsOf(Repository),
});

export const Branch = z.object({
  name: z.string().min(1),
  commit: z.object({ sha: Sha }).nullish(),
  protected: z.boolean().nullish(),
});
export type Branch = z.infer<typeof Branch>;

/** `commit` is the commit itself, also for an annotated tag. */
export const Tag = z.object({ name: z.string().min(1), commit: z.object({ sha: Sha }).nullish() });
export type Tag = z.infer<typeof Tag>;

export const Commit = z.object({
  sha: Sha,
  commit: z.object({
    message: z.string().nullish(),
    author: z.object({ name: z.string().nullish() }).nullish(),
    committer: z.object({ date: z.string().nullish() }).nullish(),
  }),
});
export type Commit = z.infer<typeof Commit>;

/** What GitHub says when it refuses. */
export const Refused = z.object({ message: z.string() }).catch({ message: "" });

/** What is left is told by the headers of the answer. */
export const RateLimits = z.object({ resources: z.object({}) });

const Id = z.number().int().positive();

/** `contents` → `read`. */
export const Permissions = z.record(z.string().max(60), z.string().max(20));
export type Permissions = z.infer<typeof Permissions>;

const Slug = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/);

/** A GitHub App as it sees itself. */
export const App = z.object({
  slug: Slug.nullish(),
  name: z.string().min(1).max(255),
  owner: z.object({ login: z.string().nullish(), type: z.string().nullish() }).nullish(),
  permissions: Permissions,
  /** What its webhook hears of. */
  events: z.array(z.string().max(60)).nullish(),
});
export type App = z.infer<typeof App>;

/** What a manifest became. Told once. */
export const Conversion = z.object({
  id: Id,
  slug: Slug.nullish(),
  name: z.string().min(1).max(255),
  client_id: z.string().min(1).max(255),
  client_secret: z.string().min(1).max(4096),
  webhook_secret: z.string().max(4096).nullish(),
  pem: z.string().min(1).max(16_384),
});
export type Conversion = z.infer<typeof Conversion>;

export const Installation = z.object({
  id: Id,
  app_id: Id,
  /** An enterprise has a slug in the place of a login. */
  account: z.object({ login: z.string().max(100).nullish() }).nullish(),
  target_type: z.string().nullish(),
  permissions: Permissions,
  suspended_at: z.string().nullish(),
});
export type Installation = z.infer<typeof Installation>;

export const InstallationToken = z.object({
  token: z.string().min(1).max(4096),
  expires_at: z.iso.datetime({ offset: true }),
});
export type InstallationToken = z.infer<typeof InstallationToken>;

export const InstallationRepositories = z.object({
  total_count: z.number().int().nullish(),
  repositories: rowsOf(Repository),
});

/** Nothing of it is used but that there is one. */
export const InstallationRequest = z.object({});
