import { z } from "zod";

/** GitHub's JSON: only the fields that are used. Times are ISO text, ids are numbers. */

const Sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);

/** What answers at the root of the API. */
export const Root = z.object({ current_user_url: z.string(), repository_url: z.string() });

export const User = z.object({ id: z.number().int(), login: z.string().min(1).max(100) });
export type User = z.infer<typeof User>;

export const Organization = z.object({ login: z.string().min(1) });
export type Organization = z.infer<typeof Organization>;

/** The short form, as in the list of an organization, may leave out everything that is optional here. */
export const Repository = z.object({
  id: z.number().int().positive(),
  name: z.string().min(1),
  full_name: z.string().regex(/^[^/]+\/[^/]+$/),
  private: z.boolean(),
  default_branch: z.string().nullish(),
  archived: z.boolean().nullish(),
  /** Kilobytes, counted now and then: 0 for an empty repository, but also for a young one. */
  size: z.number().nullish(),
  pushed_at: z.string().nullish(),
});
export type Repository = z.infer<typeof Repository>;

export const SearchResults = z.object({ total_count: z.number().int(), items: z.array(Repository) });

export const Branch = z.object({
  name: z.string().min(1),
  commit: z.object({ sha: Sha }),
  protected: z.boolean().nullish(),
});
export type Branch = z.infer<typeof Branch>;

/** `commit` is the commit itself, also for an annotated tag. */
export const Tag = z.object({ name: z.string().min(1), commit: z.object({ sha: Sha }) });
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
