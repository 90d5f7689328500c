import { isCommitId, isRefName } from "@/git/ref-name";
import type { HookRepository, Ignored, PushEvent } from "@/providers/webhook";

/** More changed files than these are not compared with patterns; the host is asked instead. */
const MAX_PATHS = 10_000;

export interface PushedCommit {
  message?: string | null;
  /** Null when the host does not tell the files of a commit. */
  paths: readonly string[] | null;
}

export interface PushedRef {
  event: string;
  repository: HookRepository;
  /** `refs/heads/main`; a short name needs `refKind`. */
  ref: string;
  refKind?: "branch" | "tag";
  before: string | null | undefined;
  after: string | null | undefined;
  /** The commit that the host names for a tag. */
  commit?: string | null;
  deleted?: boolean | null;
  created?: boolean | null;
  forced?: boolean | null;
  commits?: readonly PushedCommit[];
  /** The host left out commits. */
  truncated?: boolean;
}

/** One ref of a push as an event, or why it is none. */
export function pushOf(given: PushedRef): PushEvent | Ignored {
  const { event, repository } = given;
  const named = refOf(given.ref, given.refKind);
  if (!named) {
    const reason = { code: "hook_ref_other", params: { ref: given.ref.slice(0, 250) } };
    return { kind: "ignored", event, reason, repository };
  }
  const [before, after] = [objectId(given.before), objectId(given.after)];
  const deleted = given.deleted ?? isZero(given.after);
  const told = given.commits ?? [];
  const truncated = given.truncated ?? false;
  // A push without commits of its own still changes files when the branch goes back to an older one.
  const isSilent = told.length === 0 && before !== null && after !== null && before !== after;
  return {
    kind: "push",
    repository,
    ...named,
    before,
    after: deleted ? null : after,
    commit: deleted ? null : (objectId(given.commit) ?? (named.refKind === "branch" ? after : null)),
    created: !deleted && (given.created ?? isZero(given.before)),
    deleted,
    forced: given.forced ?? null,
    paths: truncated || isSilent ? null : pathsOf(told),
    messages: told.flatMap(({ message }) => (message ? [message] : [])),
    truncated,
  };
}

function refOf(ref: string, kind?: "branch" | "tag"): Pick<PushEvent, "ref" | "refKind"> | null {
  const [, folder, name = ref] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  const refKind = folder === "heads" ? "branch" : folder === "tags" ? "tag" : kind;
  return refKind && isRefName(name) ? { ref: name, refKind } : null;
}

/** A full commit or object id; null for the zeros of a ref that is not there, and for anything else. */
export function objectId(text: string | null | undefined): string | null {
  const id = text?.toLowerCase() ?? "";
  return isCommitId(id) && !isZero(id) ? id : null;
}

function isZero(text: string | null | undefined): boolean {
  return /^0{40,64}$/.test(text ?? "");
}

/** Null where a commit does not tell its files. */
function pathsOf(commits: readonly PushedCommit[]): string[] | null {
  if (commits.some(({ paths }) => paths === null)) return null;
  const all = new Set<string>();
  for (const { paths } of commits) for (const path of paths ?? []) all.add(path);
  return all.size > MAX_PATHS ? null : [...all];
}
