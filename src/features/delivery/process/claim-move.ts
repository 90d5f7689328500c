import type { Db } from "@/db/client";
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
}

/** A move that another delivery told before, or that nobody told yet. */
export type Claim =
  | { isTold: true; deliveryId: string; deploymentId: string | null }
  | { isTold: false; occurrence: number };

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
  const told = teller.isReplay ? undefined : await toldBefore(tx, rows, teller);
  if (!told) return { isTold: false, occurrence: (rows.at(-1)?.occurrence ?? -1) + 1 };
  const { occurrence, deliveryId, deploymentId, toldBy } = told;
  if (!toldBy.includes(entryOf(teller)))
    await tx.deploymentCause.updateMany({
      where: { ...where, organizationId, occurrence },
      data: { toldBy: [...toldBy, entryOf(teller)] },
    });
  return { isTold: true, deliveryId, deploymentId };
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

interface Told extends Move {
  occurrence: number;
  deliveryId: string;
  deploymentId: string | null;
  toldBy: string[];
  createdAt: Date;
}

async function toldBefore(tx: Db, rows: Told[], teller: Teller): Promise<Told | undefined> {
  const same = rows.find(({ toldBy }) => toldBy.includes(entryOf(teller)));
  if (same) return same;
  // Events of a request do not tell what was there before, and many of them name one commit.
  const other = rows.find(({ before, toldBy }) => before === "" || !toldBy.some(isFrom(teller)));
  return other && !(await hasMovedSince(tx, other)) ? other : undefined;
}

function isFrom({ sourceId }: Teller): (entry: string) => boolean {
  return (entry) => entry.startsWith(`${sourceId} `);
}

/** Another commit was deployed from the same ref since, so this is a way back. */
async function hasMovedSince(tx: Db, { environmentId, ref, after, createdAt }: Told): Promise<boolean> {
  const since = { environmentId, ref, NOT: { after }, createdAt: { gt: createdAt } };
  return (await tx.deploymentCause.findFirst({ where: since, select: { occurrence: true } })) !== null;
}

function entryOf({ sourceId, hostDeliveryId }: Teller): string {
  return `${sourceId} ${hostDeliveryId}`;
}
