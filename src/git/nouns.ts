import { z } from "zod";
import type { Reason } from "@/lib/reason";

/** A repository as every host describes it. `id` is the host's permanent id; the names may change. */
export const Repository = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.string(),
  fullName: z.string(),
  url: z.string(),
  cloneUrl: z.string(),
  defaultBranch: z.string().nullable(),
  private: z.boolean(),
  archived: z.boolean(),
  empty: z.boolean().optional(),
  pushedAt: z.string().nullable(),
});
export type Repository = z.infer<typeof Repository>;

/** A branch or a tag and the commit it points at. */
export const Ref = z.object({
  name: z.string(),
  sha: z.string(),
  protected: z.boolean().optional(),
  default: z.boolean().optional(),
});
export type Ref = z.infer<typeof Ref>;

/** One exact commit. `url` is its page on the host, null where the host has none. */
export const Commit = z.object({
  sha: z.string(),
  subject: z.string(),
  author: z.string(),
  committedAt: z.string(),
  url: z.string().nullable(),
});
export type Commit = z.infer<typeof Commit>;

/**
 * The exact commit a ref stands for. `commit` is null where the host cannot describe one (a plain Git server names
 * only the id); the checkout reads the rest from the repository itself.
 */
export interface ResolvedRef {
  sha: string;
  commit: Commit | null;
}

/** What `git ls-remote` tells of a repository. The id of an annotated tag is that of the commit it points at. */
export interface RemoteRefs {
  /** The branch HEAD points at; null when HEAD is detached or the server does not tell. */
  defaultBranch: string | null;
  branches: Ref[];
  tags: Ref[];
}

/**
 * How a repository is addressed: the permanent id first, the full name when it is not known. The full name is
 * `owner/name`, with sub-groups where the host has them; on a plain Git server it is the clone address.
 */
export interface RepositoryKey {
  id?: string;
  fullName: string;
}

/** One page of a list. The cursor is opaque and never holds a URL. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
  /** Rows of the whole list; absent when the host does not tell. */
  total?: number;
  /** Set when the host left rows out, or its list could not be read to its end: why, and what to do about it. */
  incomplete?: { reason: Reason };
}

/** A key, and the host keys it is shown to. */
export interface SshCredential {
  /** PEM. Never handed to a process or written to a file. */
  privateKey: string;
  /** Lines of known_hosts; a server that shows none of these keys is refused. */
  hostKeys: string;
}

/**
 * Where and how to fetch with git. The URL holds no user-info; the credential is short-lived where the host can,
 * and is handed to git in its environment only.
 */
export interface GitRemote {
  url: string;
  credential: { username: string; password: string } | null;
  /** Set for an address of ssh, which has no credential of the other kind. */
  ssh?: SshCredential;
}
