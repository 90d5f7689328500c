import { transaction } from "@/db/client";
import { takeIn } from "@/features/delivery/receive/insert";
import { differencesBetween, type Seen } from "@/features/delivery/recover/differences";
import { type Followed, followedOf } from "@/features/delivery/recover/followed";
import { fingerprintOf, type PollState, pollStateOf } from "@/features/delivery/recover/poll-state";
import type { Opened } from "@/features/git-provider/client/open";
import { repositoryKeyOf, type WebhookRow } from "@/features/webhook/row";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import type { Forge } from "@/providers/provider";
import type { PullRequest } from "@/providers/reporting";
import type { HookItem, PushEvent } from "@/providers/webhook";

const pageSize = 100;
const mostPages = 5;
/** With more branches to follow, one list costs less than asking for each. */
const mostAsked = 3;
/** Messages of a push that are read, for markers such as [skip ci]. */
const mostCommits = 20;

/**
 * Ask the host what a repository has now, and take in what changed as events a hook would have told. What was seen and
 * its events are stored together, so that a difference is queued once.
 * @param missed compare with what was deployed as well: hooks told of changes since the last look
 * @returns how many events were taken in
 */
export async function lookAtRepository(
  opened: Opened,
  row: WebhookRow,
  { missed, now }: { missed: boolean; now: Date },
): Promise<number> {
  const { forge } = opened;
  const followed = await followedOf(row);
  const last = pollStateOf(row);
  const before = baseOf(last, followed, missed);
  const key = repositoryKeyOf(row);
  const seen = await seenNow(forge, key, followed, before);
  const repository = { id: row.repositoryId, fullName: row.repositoryFullName };
  // The first look finds nothing new: what was there before is not deployed because of it.
  const items = before ? differencesBetween(before, seen, repository) : [];
  const told = await Promise.all(items.map((item) => withMessages(forge, key, item)));
  const unchanged = told.length === 0 ? (last?.unchanged ?? 0) + 1 : 0;
  await store(row, told, { ...stateOf(seen), unchanged, lookedAt: now.toISOString() });
  return told.length;
}

type Base = Pick<PollState, "branches" | "tags" | "requests">;

function baseOf(last: PollState | null, followed: Followed, missed: boolean): Base | null {
  if (!missed) return last;
  const { deployed, previews } = followed;
  return {
    branches: { ...last?.branches, ...deployed },
    tags: last?.tags ?? {},
    requests: last?.requests ?? previews,
  };
}

async function seenNow(
  forge: Forge,
  key: RepositoryKey,
  followed: Followed,
  before: Base | null,
): Promise<Seen> {
  const { isFollowedTag, hasPreviews } = followed;
  return {
    branches: await branchesNow(forge, key, followed),
    tags: isFollowedTag ? await listRefs(forge, key, "tag", isFollowedTag) : {},
    requests: hasPreviews ? await requestsNow(forge, key, Object.keys(before?.requests ?? {})) : null,
  };
}

async function branchesNow(forge: Forge, key: RepositoryKey, { branches, isFollowedBranch }: Followed) {
  if (!branches || branches.length > mostAsked) return listRefs(forge, key, "branch", isFollowedBranch);
  const heads: Record<string, string> = {};
  for (const name of branches) {
    const sha = await headOf(forge, key, name);
    if (sha) heads[name] = sha;
  }
  return heads;
}

async function headOf(forge: Forge, key: RepositoryKey, branch: string): Promise<string | null> {
  try {
    return (await forge.refs.resolve(key, `refs/heads/${branch}`)).sha;
  } catch (error) {
    const isGone = error instanceof Fault && ["ref_gone", "repository_empty"].includes(error.reason.code);
    if (!isGone) throw error;
    return null;
  }
}

async function listRefs(
  forge: Forge,
  key: RepositoryKey,
  kind: "branch" | "tag",
  isFollowed: (name: string) => boolean,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { items, nextCursor } = await forge.refs.list(key, { kind, limit: pageSize, cursor });
    for (const { name, sha } of items) if (isFollowed(name)) found[name] = sha;
    if (!nextCursor) break;
    cursor = nextCursor;
  }
  return found;
}

/** The open requests, and what became of those that were open before. */
async function requestsNow(forge: Forge, key: RepositoryKey, known: string[]): Promise<PullRequest[] | null> {
  const { pullRequests } = forge;
  if (!pullRequests) return null;
  const open: PullRequest[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { items, nextCursor } = await pullRequests.list(key, { limit: pageSize, cursor });
    open.push(...items);
    if (!nextCursor) break;
    cursor = nextCursor;
  }
  const numbers = new Set(open.map(({ number }) => String(number)));
  const closed: PullRequest[] = [];
  for (const number of known.filter((one) => !numbers.has(one))) {
    const request = await pullRequests.get(key, Number(number)).catch(goneRequest);
    if (request && request.state !== "open") closed.push(request);
  }
  return [...open, ...closed];
}

/** A request that was deleted: its preview is found by the hourly comparison with the open ones. */
function goneRequest(error: unknown): null {
  if (error instanceof Fault && error.code === "not_found") return null;
  throw error;
}

/** Messages of the commits that a push brought, where the host tells them: they may ask to be skipped. */
async function withMessages(forge: Forge, key: RepositoryKey, item: HookItem): Promise<HookItem> {
  if (item.kind !== "push" || item.refKind !== "branch" || item.deleted || !forge.commits) return item;
  const commits = await forge.commits(key, item.ref, mostCommits);
  const end = commits.findIndex(({ sha }) => sha === item.before);
  const messages = commits.slice(0, end < 0 ? commits.length : end).map(({ message }) => message);
  return { ...item, messages, truncated: end < 0 } satisfies PushEvent;
}

function stateOf({ branches, tags, requests }: Seen): Omit<PollState, "unchanged" | "lookedAt"> {
  const open = requests?.filter(({ state }) => state === "open");
  const fingerprints = open?.map((request) => [request.number, fingerprintOf(request)]);
  return { branches, tags, requests: fingerprints ? Object.fromEntries(fingerprints) : null };
}

async function store(row: WebhookRow, items: HookItem[], pollState: PollState): Promise<void> {
  const { organizationId, webhookId, gitProviderId } = row;
  // Not the name of the hook itself: when that tells of the same move later, it is known to be the same.
  const sourceId = `poll:${webhookId}`;
  await transaction(async (tx) => {
    for (const item of items) {
      const body = Buffer.from(JSON.stringify([item]));
      const delivery = {
        organizationId,
        gitProviderId,
        sourceId,
        hostDeliveryId: newId(),
        headers: {},
        body,
      };
      await takeIn(tx, { ...delivery, source: "poll" });
    }
    await tx.webhook.updateMany({ where: { organizationId, webhookId }, data: { pollState } });
  });
}
