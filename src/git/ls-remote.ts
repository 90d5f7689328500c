import { gitResult, remoteFailure } from "@/git/command";
import type { GitRemote, Ref, RemoteRefs } from "@/git/nouns";
import { isCommitId } from "@/git/ref-name";
import { type PinnedRemote, pinRemote } from "@/git/remote";
import { Fault } from "@/lib/fault";
import type { Network } from "@/lib/outbound/target";

export interface LsRemoteOptions {
  network: Network;
  signal?: AbortSignal;
  /** 15 s unless given. */
  deadlineMs?: number;
}

const maxBytes = 64_000_000;

/**
 * Ask a remote for its branches, tags and default branch. An empty repository has none.
 * @throws Fault `credential_rejected` | `permission_missing` | `not_found` | `bad_response` | `unavailable` | `address_refused`
 */
export async function lsRemote(remote: GitRemote, options: LsRemoteOptions): Promise<RemoteRefs> {
  const pinned = await pinRemote(remote, options.network);
  const text = (await ask(pinned, options)).stdout.toString("utf8");
  const refs = parseLsRemote(text);
  if (refs.branches.length + refs.tags.length === 0) await assertGit(pinned, options);
  return refs;
}

async function ask(pinned: PinnedRemote, options: LsRemoteOptions, env?: Record<string, string>) {
  const { signal, deadlineMs = 15_000 } = options;
  const args = ["ls-remote", "--symref", "--", pinned.url];
  const result = await gitResult(args, { remote: pinned, deadlineMs, maxBytes, signal, env });
  if (result.code !== 0) throw await remoteFailure(result.lines, pinned, signal);
  return result;
}

/** To git a login page of one line is an empty repository. A real one exchanges packets. */
async function assertGit(pinned: PinnedRemote, options: LsRemoteOptions): Promise<void> {
  const { lines } = await ask(pinned, options, { GIT_TRACE_PACKET: "1" });
  if (lines.some((line) => /\bpacket:.*</.test(line))) return;
  const params = { host: pinned.host, url: pinned.url };
  throw new Fault("bad_response", { code: "git_not_a_repository", params });
}

/** Read the output of `git ls-remote --symref`. Lines it does not know are left out. */
export function parseLsRemote(text: string): RemoteRefs {
  const refs = new Map<string, string>();
  let defaultBranch: string | null = null;
  for (const line of text.split("\n")) {
    const [left = "", name = ""] = line.split("\t");
    if (left.startsWith("ref: refs/heads/") && name === "HEAD")
      defaultBranch = left.slice("ref: refs/heads/".length);
    else if (isCommitId(left)) refs.set(name, left);
  }
  const branches = under(refs, "refs/heads/").map((ref) => ({ ...ref, default: ref.name === defaultBranch }));
  return { defaultBranch, branches, tags: peeled(under(refs, "refs/tags/")) };
}

function under(refs: Map<string, string>, prefix: string): Ref[] {
  return [...refs]
    .filter(([name]) => name.startsWith(prefix) && name.length > prefix.length)
    .map(([name, sha]) => ({ name: name.slice(prefix.length), sha }));
}

function peeled(tags: Ref[]): Ref[] {
  const commits = new Map(tags.filter(isPeeled).map(({ name, sha }) => [name.slice(0, -3), sha]));
  return tags
    .filter((tag) => !isPeeled(tag))
    .map((tag) => ({ ...tag, sha: commits.get(tag.name) ?? tag.sha }));
}

function isPeeled({ name }: Ref): boolean {
  return name.endsWith("^{}");
}

/**
 * The commit a branch, a tag or a full commit id stands for; a branch goes before a tag of the same name.
 * @throws Fault `not_found` reason `repository_empty` | `ref_gone`
 */
export function resolveRef(refs: RemoteRefs, name: string, repository: string): string {
  if (isCommitId(name)) return name;
  const found = [...refs.branches, ...refs.tags].find((ref) => ref.name === name);
  if (found) return found.sha;
  const empty = refs.branches.length === 0 && refs.tags.length === 0;
  throw new Fault("not_found", {
    code: empty ? "repository_empty" : "ref_gone",
    params: { ref: name, repository },
  });
}
