/**
 * How a host tells Slipway of pushes, pull requests and repositories. A provider verifies a delivery over its exact
 * bytes and then reads it; both are pure. Nothing in a payload chooses what is cloned, and no name in it grants
 * anything: repositories are found by their permanent id, and the stored row says where they are.
 */
import type { Reason } from "@/lib/reason";

/** One request to a webhook address, as it arrived. */
export interface RawDelivery {
  raw: Uint8Array;
  headers: Headers;
}

declare const verified: unique symbol;

/** A delivery whose signature or secret was right. Only `providers/kit/webhook-signature.ts` makes one. */
export interface VerifiedDelivery extends RawDelivery {
  readonly [verified]: true;
  /** Which of the given secrets it was: 0 for the current one, more for one that is being replaced. */
  readonly secretIndex: number;
}

/** What a hook is needed for; each host has its own names of the events behind it. */
export type HookNeed = "push" | "pullRequest" | "repository";

export interface Webhooks {
  /** The host's names of the events to subscribe to. Empty where the host has none for repositories of its own. */
  events: Record<HookNeed, readonly string[]>;
  /**
   * Null unless one of the secrets is right. Without a secret nothing is accepted, also when the host sent an empty
   * signature. `now` is for hosts that sign the time as well.
   */
  verify(delivery: RawDelivery, secrets: readonly string[], now: Date): VerifiedDelivery | null;
  /** For hosts that do not sign the test of an address: whether it is one. It is answered, and nothing comes of it. */
  isUnsignedPing?(headers: Headers): boolean;
  /** The same for each attempt to deliver the same event. Always there: of the bytes where the host sends none. */
  deliveryId(delivery: VerifiedDelivery): string;
  /** One entry for each ref or request that the delivery is about, at least one. Never throws. */
  parse(delivery: VerifiedDelivery): HookItem[];
  /**
   * For hosts where a person cannot give a hook the secret that the API takes: what the field of the host is called, and
   * the form of the secret for it. A secret of that form stays as it is.
   */
  byHand?: { field: string; secretOf(secret: string): string };
  /** For hosts whose Apps have a hook of their own: the columns with the App's id and the secret of its hook. */
  appHook?: { id: string; secret: string };
  /** Which registered application an address without an id belongs to: a setting and its value. */
  recipient?(headers: Headers): { setting: string; value: string } | null;
}

/** What one part of a delivery means. "Ignored because …" is a result, not a fault. */
export type HookItem = HookEvent | Ignored;

export interface Ignored {
  kind: "ignored";
  /** The host's own name of the event, for the inbox. */
  event: string;
  reason: Reason;
  /** Where it is known although the rest could not be read. */
  repository?: HookRepository;
}

type HookEvent = PushEvent | PullRequestEvent | RepositoryEvent | InstallationEvent | PingEvent;

/** `id` is the host's permanent id, as in `Repository`; the name is what the host calls it now, for display. */
export interface HookRepository {
  id: string;
  fullName?: string;
}

/** One branch or tag that moved. */
export interface PushEvent {
  kind: "push";
  repository: HookRepository;
  /** Short name: `main`. */
  ref: string;
  refKind: "branch" | "tag";
  /** Object ids as the host tells them; null where there was or is none, or the host does not tell. */
  before: string | null;
  after: string | null;
  /** The commit to deploy: `after` of a branch, the commit of an annotated tag. Null when only the host can tell it. */
  commit: string | null;
  created: boolean;
  deleted: boolean;
  /** History was rewritten; null when the host does not tell. */
  forced: boolean | null;
  /** Files changed by the commits; null when the host does not tell, or not of all commits. */
  paths: string[] | null;
  /** Messages of the commits in the payload. */
  messages: string[];
  /** Not all commits of the push are in the payload. */
  truncated: boolean;
}

export type PullRequestAction =
  | "opened"
  | "reopened"
  /** New commits, or something that the host does not name: compare `head.sha`. */
  | "updated"
  | "edited"
  | "labeled"
  | "draft"
  | "ready"
  | "closed"
  | "merged";

/** A pull or merge request, with its state after the action. */
export interface PullRequestEvent {
  kind: "pullRequest";
  /** The one it is to be merged into. */
  repository: HookRepository;
  action: PullRequestAction;
  state: "open" | "closed" | "merged";
  number: number;
  title: string;
  head: {
    /** Null when the fork was deleted. */
    repositoryId: string | null;
    ref: string;
    /** Null when the host tells only the first digits of it, or nothing. */
    sha: string | null;
    shortSha?: string;
  };
  base: { ref: string; sha: string | null };
  /** Null when the host does not have labels or does not tell them. */
  labels: string[] | null;
  draft: boolean;
  /** By the ids of the two repositories; a head without a repository counts as a fork. */
  isFork: boolean;
}

export interface RepositoryEvent {
  kind: "repository";
  repository: HookRepository;
  change: "renamed" | "transferred" | "deleted" | "archived" | "unarchived" | "created";
  formerName?: string;
}

/** An App was given or lost repositories. */
export interface InstallationEvent {
  kind: "installation";
  installationId: string;
  change: "created" | "deleted" | "suspended" | "unsuspended" | "permissions" | "repositories" | "renamed";
  added: HookRepository[];
  removed: HookRepository[];
}

/** The host tried the address. */
interface PingEvent {
  kind: "ping";
  repository?: HookRepository;
}
