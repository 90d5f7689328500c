/**
 * What a forge does for push-to-deploy beside reading refs. A member that is absent is something the host, or this way
 * of connecting, does not have. A repository is named by its key; nothing that a webhook said chooses what is called.
 */
import type { Page, RepositoryKey } from "@/git/nouns";
import type { Reason } from "@/lib/reason";
import type { HookNeed } from "@/providers/webhook";

/** A hook as the host has it. The secret is never told. */
export interface Hook {
  id: string;
  url: string;
  /** In the host's words. */
  events: string[];
  active: boolean;
  /** The host stopped it, or is about to, after failures. */
  trouble?: Reason;
}

export interface WantedHook {
  url: string;
  secret: string;
  needs: readonly HookNeed[];
  /** The hook that is there was made with another secret, or with which one is not known. */
  isNewSecret: boolean;
}

export interface EnsuredHook {
  id: string;
  state: "created" | "repaired" | "unchanged";
  /** What deliveries prove themselves with from now on. A host that cannot sign as it was asked takes another form. */
  secret: string;
}

/** Hooks of one repository. What hooks others made is never touched. */
export interface HookPort {
  list(key: RepositoryKey): Promise<Hook[]>;
  /**
   * Have one active hook with this address and exactly the events that are needed.
   * @throws Fault `permission_missing` reason `hook_not_allowed`: the credential reads the repository, no more
   */
  ensure(key: RepositoryKey, wanted: WantedHook): Promise<EnsuredHook>;
  /** One that is gone already counts as removed. */
  remove(key: RepositoryKey, id: string): Promise<void>;
}

/** What is shown beside a commit on the host. */
export interface CommitStatus {
  sha: string;
  state: "pending" | "success" | "warning" | "failure" | "cancelled";
  /** Tells the statuses of one commit apart: `slipway/production`. The same again replaces the former one. */
  context: string;
  description: string;
  /** Page of the deployment. */
  url: string;
  /** The branch or tag, for hosts that show it. */
  ref?: string;
  /** For hosts that keep a list of deployments. `url` is where it is served. */
  environment?: { name: string; url: string | null; isPreview: boolean };
}

export interface StatusPort {
  set(key: RepositoryKey, status: CommitStatus): Promise<void>;
}

/** A pull or merge request as the host has it now. */
export interface PullRequest {
  number: number;
  title: string;
  state: "open" | "closed" | "merged";
  /** Its page on the host. */
  url: string;
  /** Name of the account that opened it, for display. */
  author: string | null;
  head: {
    /** Null when the fork was deleted. */
    repositoryId: string | null;
    ref: string;
    /** Whole commit id. */
    sha: string;
    /** The ref of the base repository that holds these commits (`refs/pull/7/head`); null where the host has none. */
    fetchRef: string | null;
  };
  base: { ref: string; sha: string | null };
  /** Null where the host has no labels. */
  labels: string[] | null;
  draft: boolean;
  /** By the ids of the two repositories; a head without a repository counts as a fork. */
  isFork: boolean;
  /** Instant of the last change; null when the host does not tell. */
  updatedAt: string | null;
}

export interface PullRequestPort {
  /** Open requests, the ones changed last first where the host can. */
  list(key: RepositoryKey, query: { cursor?: string; limit: number }): Promise<Page<PullRequest>>;
  /** @throws Fault `not_found` reason `request_gone` */
  get(key: RepositoryKey, number: number): Promise<PullRequest>;
}

/** The one comment of Slipway on a request, edited in place. */
export interface CommentPort {
  /**
   * Write the comment: edit `id` when it is still there, else the one of the same account that holds `marker`, else a
   * new one.
   * @param comment `body` is Markdown that holds `marker`, an HTML comment or a reference link that is not shown
   * @throws Fault `permission_missing` reason `comment_not_allowed`
   */
  upsert(
    key: RepositoryKey,
    number: number,
    comment: { id: string | null; marker: string; body: string },
  ): Promise<{ id: string; url: string | null }>;
}

/** Files that differ between two commits. `isWhole` is false when the host cut the list short. */
export interface ChangedPaths {
  paths: string[];
  isWhole: boolean;
}

/** A commit of a branch, for a preview of what its push would do. */
export interface ListedCommit {
  sha: string;
  /** Whole message. */
  message: string;
  author: string;
  committedAt: string;
  /** First parent; null for a root commit. */
  parent: string | null;
}

/** What the host's own checks (CI) say of a commit, Slipway's own statuses left out. `none`: nobody reported anything. */
export type ChecksState = "none" | "pending" | "success" | "failure";

/** One attempt of the host to deliver an event, from its own log. */
export interface LoggedDelivery {
  /** The host's id of this attempt, for `get` and `redeliver`. */
  id: string;
  /** The same for each attempt of the same event: what `Webhooks.deliveryId` answers for it. */
  deliveryId: string;
  /** The host's name of the event. */
  event: string;
  /** Null where the host does not tell. */
  at: string | null;
  /** The host got a 2xx. */
  isDelivered: boolean;
  /** Where the log tells it. */
  repositoryId: string | null;
  installationId: string | null;
}

/** The host's log of what it sent, or tried to send, to a hook. Newest first. */
export interface DeliveryLogPort {
  /** How far back the host keeps it, in hours. */
  keptHours: number;
  /**
   * @param hookId the hook of a repository; null for the hook of an App
   * @returns `wholeSince`: the host tells only the newest entries, and all of them only since then
   */
  list(
    key: RepositoryKey | null,
    hookId: string | null,
    query: { cursor?: string; limit: number },
  ): Promise<Page<LoggedDelivery> & { wholeSince?: string | null }>;
  /** Headers and body as they were sent; nothing in the headers is a secret of ours. Null when it is not kept any more. */
  get(
    key: RepositoryKey | null,
    hookId: string | null,
    id: string,
  ): Promise<{ headers: Headers; raw: Uint8Array } | null>;
  /** Have the host send it once more. Absent where it cannot. */
  redeliver?(key: RepositoryKey | null, hookId: string | null, id: string): Promise<void>;
}

/** The one hook of an App, which is for all of its installations. */
export interface AppHookPort {
  /** Null when the App has no hook. `trouble`: it does not hear of all that is needed, which only a person can change. */
  get(): Promise<{ url: string; isActive: boolean; events: string[]; trouble?: Reason } | null>;
  /**
   * Change address and secret.
   * @throws Fault `permission_missing` reason `app_hook_by_hand` with the page where to: the App has no hook
   * | `unsupported` reason `app_hook_address`: the host takes no address that it cannot reach
   */
  set(wanted: { url: string; secret: string }): Promise<void>;
}

/** What a forge does for push-to-deploy. */
export interface Reporting {
  /** Webhooks of repositories. Absent for an App of GitHub, which has one hook for all of them. */
  hooks?: HookPort;
  appHook?: AppHookPort;
  deliveryLog?: DeliveryLogPort;
  statuses?: StatusPort;
  pullRequests?: PullRequestPort;
  comments?: CommentPort;
  /** Files that differ between `before` and `after`. @throws Fault `not_found` when a commit is gone */
  changedPaths?(key: RepositoryKey, before: string, after: string): Promise<ChangedPaths>;
  /** The newest commits of a branch, or up to a whole commit id, newest first, at most `limit` (≤ 50). */
  commits?(key: RepositoryKey, ref: string, limit: number): Promise<ListedCommit[]>;
  /** @param own contexts of Slipway's own statuses begin with this */
  checks?(key: RepositoryKey, sha: string, own: string): Promise<ChecksState>;
}
