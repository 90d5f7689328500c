import type { Db } from "@/db/client";
import type { DeploymentCause } from "@/db/generated/client";
import type { PullRequestEvent, PushEvent } from "@/providers/webhook";

/** One move of a branch, a tag or a request to the commit that an environment is to deploy. */
export interface Move {
  organizationId: string;
  environmentId: string;
  ref: string;
  /** Empty where there was none, or the host does not tell. */
  before: string;
  after: string;
}

/** Which delivery tells of it. */
export interface Teller {
  deliveryId: string;
  sourceId: string;
  hostDeliveryId: string;
  /** A person wants it decided anew. */
  isReplay: boolean;
  /** Who moved it, as the host names them; empty when it does not say. */
  person: string;
}

/** The delivery that told a move first, and what it led to. */
export interface Told {
  deliveryId: string;
  deploymentId: string | null;
}

/** A move that another delivery told before, or that nobody told yet. */
export type Claim = { told: Told } | { told: null; occurrence: number };

/** How a move names what moved. */
export function moveRef(event: PushEvent | PullRequestEvent): string {
  if (event.kind === "pullRequest") return `refs/pull/${event.number}`;
  return event.refKind === "tag" ? `refs/tags/${event.ref}` : event.ref;
}

/**
 * Whether a move is new. Several hooks may tell of one push; the same hook tells of it once, so when it tells again the
 * push was made again: A to B, back to A and to B once more are three moves. The caller holds the environment's row.
 */
export async function claimMove(tx: Db, move: Move, teller: Teller): Promise<Claim> {
  const { organizationId, ...where } = move;
  const rows = await tx.deploymentCause.findMany({ where, orderBy: { occurrence: "asc" } });
  const known = teller.isReplay ? undefined : await toldBefore(tx, rows, teller);
  if (known) return { told: await addTeller(tx, known, teller) };
  return { told: null, occurrence: (rows.at(-1)?.occurrence ?? -1) + 1 };
}

/**
 * The delivery that brought an environment to its commit, whatever the commit before was: a later one that finds it
 * there tells the same. @returns null where no delivery did
 */
export async function noteTeller(
  tx: Db,
  { organizationId, ...where }: Omit<Move, "before">,
  teller: Teller,
): Promise<Told | null> {
  const [known] = await tx.deploymentCause.findMany({ where, orderBy: { createdAt: "desc" }, take: 1 });
  return known && known.organizationId === organizationId ? addTeller(tx, known, teller) : null;
}

async function addTeller(tx: Db, known: DeploymentCause, teller: Teller): Promise<Told> {
  const { environmentId, ref, before, after, occurrence, toldBy } = known;
  if (!toldBy.includes(entryOf(teller)))
    await tx.deploymentCause.updateMany({
      where: { environmentId, ref, before, after, occurrence },
      data: { toldBy: { push: entryOf(teller) } },
    });
  return known;
}

/**
 * Whether the ref led to another deployment since the host was asked for its newest commit: the answer is old then, and
 * would bring back an older commit.
 */
export async function hasMovedOn(
  tx: Db,
  { environmentId, ref }: Move,
  movesBefore: number,
): Promise<boolean> {
  return (await tx.deploymentCause.count({ where: { environmentId, ref } })) > movesBefore;
}

/** Keep what a move led to. A move that was kept meanwhile is refused by the key of the table. */
export async function keepMove(
  tx: Db,
  move: Move,
  teller: Teller,
  { occurrence, deploymentId }: { occurrence: number; deploymentId: string },
): Promise<void> {
  const { deliveryId } = teller;
  await tx.deploymentCause.create({
    data: { ...move, occurrence, deploymentId, deliveryId, toldBy: [entryOf(teller)] },
  });
}

async function toldBefore(
  tx: Db,
  rows: DeploymentCause[],
  teller: Teller,
): Promise<DeploymentCause | undefined> {
  const same = rows.find(({ toldBy }) => toldBy.includes(entryOf(teller)));
  if (same) return same;
  // Events of a request do not tell what was there before, and many of them name one commit.
  const other = rows.find(({ before, toldBy }) => before === "" || !toldBy.some(isFrom(teller)));
  return other && !(await isFollowed(tx, other)) ? other : undefined;
}

function isFrom({ sourceId }: Teller): (entry: string) => boolean {
  return (entry) => entry.startsWith(`${sourceId} `);
}

/** Another commit was deployed from the same ref since, so this is a way back. */
async function isFollowed(
  tx: Db,
  { environmentId, ref, after, createdAt }: DeploymentCause,
): Promise<boolean> {
  const since = { environmentId, ref, NOT: { after }, createdAt: { gt: createdAt } };
  return (await tx.deploymentCause.findFirst({ where: since, select: { occurrence: true } })) !== null;
}

function entryOf({ sourceId, hostDeliveryId }: Teller): string {
  return `${sourceId} ${hostDeliveryId}`;
}
