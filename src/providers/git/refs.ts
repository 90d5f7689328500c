import type { Page, Ref, RemoteRefs, RepositoryKey, ResolvedRef } from "@/git/nouns";
import { isCommitId } from "@/git/ref-name";
import { Fault } from "@/lib/fault";
import { namingTarget, withSuffix } from "@/providers/git/moved";
import { addressOf, remoteOf, type Session } from "@/providers/git/target";
import { numberedPage, type PageRequest, type Upstream } from "@/providers/kit/pages";
import type { RefQuery } from "@/providers/provider";

/** Git lists all refs at once, so the pages are made here: the default branch first, newest version of tags first. */
export async function listRefs(session: Session, key: RepositoryKey, query: RefQuery): Promise<Page<Ref>> {
  const asked = {
    host: "Git",
    query: [query.kind, addressOf(session, key), query.search ?? ""],
    cursor: query.cursor,
    size: query.limit,
  };
  return numberedPage(asked, async (page) => cut(ordered(await refsOf(session, key), query), page));
}

function ordered(refs: RemoteRefs, { kind, search = "" }: RefQuery): Ref[] {
  const wanted = search.trim().toLowerCase();
  const found = (list: Ref[]) => list.filter((ref) => ref.name.toLowerCase().includes(wanted));
  if (kind === "tag") return found(refs.tags).sort((a, b) => versions.compare(b.name, a.name));
  const main = refs.defaultBranch;
  const branches = refs.branches.map(({ name, sha }) => ({
    name,
    sha,
    ...(main === null ? {} : { default: name === main }),
  }));
  return found(branches).sort(
    (a, b) => Number(b.name === main) - Number(a.name === main) || versions.compare(a.name, b.name),
  );
}

/** Reads numbers as numbers: v1.10 is newer than v1.9. */
const versions = new Intl.Collator("en", { numeric: true });

function cut(refs: Ref[], { page, size }: PageRequest): Upstream<Ref> {
  const end = page * size;
  return {
    items: refs.slice(end - size, end),
    total: refs.length,
    next: end < refs.length ? page + 1 : null,
  };
}

/**
 * A branch before a tag of the same name. A full commit id is taken as it is: only fetching would show whether it
 * exists, so that shows at the checkout.
 */
export async function resolveRef(session: Session, key: RepositoryKey, ref: string): Promise<ResolvedRef> {
  const id = ref.toLowerCase();
  const url = addressOf(session, key);
  if (isCommitId(id)) return { sha: id, commit: null };
  const refs = await refsOf(session, key);
  const sha = findRef(refs, ref);
  if (sha) return { sha, commit: null };
  const empty = refs.branches.length === 0 && refs.tags.length === 0;
  const params = { ref: ref.slice(0, 200), repository: url };
  throw new Fault("not_found", { code: empty ? "repository_empty" : "ref_gone", params });
}

function findRef(refs: RemoteRefs, ref: string): string | undefined {
  const [, kind, name = ref] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  const branch = refs.branches.find((one) => one.name === name)?.sha;
  const tag = refs.tags.find((one) => one.name === name)?.sha;
  if (kind) return kind === "heads" ? branch : tag;
  return branch ?? tag;
}

/** Every branch and tag. A server that requires a credential from a public connection gets a clear message. */
export async function refsOf(session: Session, key: RepositoryKey): Promise<RemoteRefs> {
  const remote = await withSuffix(session, await remoteOf(session, key));
  try {
    return await session.git.lsRemote(remote, session.signal);
  } catch (error) {
    if (error instanceof Fault && error.reason.code === "git_redirected")
      throw await namingTarget(session, remote.url, error);
    const refused = error instanceof Fault && error.code === "credential_rejected";
    if (!refused || remote.credential || remote.ssh) throw error;
    throw new Fault("permission_missing", { code: "git_not_public", params: { url: remote.url } });
  }
}
