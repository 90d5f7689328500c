import type { HostKey } from "@/git/known-hosts";
import type { GitRemote, RemoteRefs } from "@/git/nouns";

/** What a provider may ask of the git command: `git/ls-remote` in production, the same over loopback in tests. */
export interface GitPort {
  /**
   * Every branch and tag of a repository, in the order the server gives them. An empty repository has none.
   * @throws Fault `address_refused` | `unavailable` | `credential_rejected` | `not_found` | `bad_response` | `too_large`
   */
  lsRemote(remote: GitRemote, signal?: AbortSignal): Promise<RemoteRefs>;
  /**
   * Fetch one commit at depth 1 into a repository that is deleted again: what a deployment does first.
   * @throws Fault as `lsRemote`, and `too_large` | `unavailable` reason `git_timeout` when it would take too long here
   */
  fetchOnce?(remote: GitRemote, commit: { sha: string; ref: string }, signal?: AbortSignal): Promise<void>;
  /**
   * The host keys that a server of ssh shows, one of each kind; none of our keys is used.
   * @throws Fault `address_refused` | `unavailable` | `bad_response`
   */
  hostKeys?(server: { host: string; port: number }, signal?: AbortSignal): Promise<HostKey[]>;
}
