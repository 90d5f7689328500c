import type { Page, Ref, RepositoryKey, ResolvedRef } from "@/git/nouns";
import { isCommitId, isRefName } from "@/git/ref-name";
import { Fault } from "@/lib/fault";
import { MAX_PAGE_SIZE, type ServerApi } from "@/providers/bitbucketServer/api";
import { fullNameOf, toBranch, toCommit, toTag } from "@/providers/bitbucketServer/convert";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import { isFilled, locate } from "@/providers/bitbucketServer/locate";
import type * as server from "@/providers/bitbucketServer/schema";
import { continuedPage } from "@/providers/kit/continued";
import { orNull } from "@/providers/kit/not-found";
import type { RefQuery } from "@/providers/provider";

export async function listRefs(api: ServerApi, key: RepositoryKey, query: RefQuery): Promise<Page<Ref>> {
  const fullName = await currentName(api, key);
  const search = query.search?.trim() || undefined;
  const size = Math.min(query.limit, MAX_PAGE_SIZE);
  const asked = { host: HOST, query: { refs: [query.kind, fullName, search ?? ""] }, cursor: query.cursor };
  const page = await continuedPage<Ref | null>(asked, async (continuation) => {
    const at = { continuation, size };
    if (query.kind === "tag") {
      const tags = await api.tags(fullName, search, at);
      return { ...tags, items: tags.items.map(toTag) };
    }
    const branches = await api.branches(fullName, search, at);
    return { ...branches, items: branches.items.map(toBranch) };
  });
  const isNamed = (ref: Ref | null): ref is Ref =>
    ref?.name.toLowerCase().includes(search?.toLowerCase() ?? "") ?? false;
  return { ...page, items: page.items.filter(isNamed) };
}

/** The current name. The known one may by now belong to another repository. */
export async function currentName(api: ServerApi, key: RepositoryKey): Promise<string> {
  return key.id ? fullNameOf(await locate(api, key)) : key.fullName;
}

/** A branch before a tag of the same name, and nothing but exact names. */
export async function resolveRef(
  api: ServerApi,
  base: string,
  key: RepositoryKey,
  ref: string,
): Promise<ResolvedRef> {
  const fullName = await currentName(api, key);
  const commit = await findCommit(api, fullName, ref);
  if (commit) return { sha: commit.id, commit: toCommit(commit, base, fullName) };
  throw await whyGone(api, fullName, ref);
}

/** The server also accepts short ids and names, so it gets full ids and full ref names only. */
async function findCommit(api: ServerApi, fullName: string, ref: string): Promise<server.Commit | null> {
  const id = ref.toLowerCase();
  if (isCommitId(id)) {
    const commit = await orNull(api.commit(fullName, id));
    return commit?.id === id ? commit : null;
  }
  const [, kind, name = ref] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (!isRefName(name)) return null;
  for (const folder of kind ? [kind] : ["heads", "tags"]) {
    const commit = await orNull(api.newest(fullName, `refs/${folder}/${name}`));
    if (commit) return commit;
  }
  return null;
}

/** Tell a missing repository from an empty one: the person has to do different things. */
async function whyGone(api: ServerApi, fullName: string, ref: string): Promise<Fault> {
  const code = (await isFilled(api, fullName)) ? "ref_gone" : "repository_empty";
  return new Fault("not_found", { code, params: { ref: ref.slice(0, 255), repository: fullName } });
}
