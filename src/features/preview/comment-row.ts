import type { Db } from "@/db/client";
import type { Environment } from "@/db/generated/client";
import { Prisma } from "@/db/generated/client";
import type { Reason } from "@/lib/reason";

type OfRequest = Pick<Environment, "organizationId" | "applicationId" | "requestNumber">;

/** How a preview ended. `isReclaimed`: it was found by looking, since the host had not told it. */
export interface End {
  reason: Reason;
  isReclaimed: boolean;
}

/**
 * Have the comment on a request say what is true now. It is written by the background round.
 * @param end why its preview was removed; null while there is one
 */
export async function changeComment(tx: Db, preview: OfRequest, end: End | null): Promise<void> {
  const { organizationId, applicationId, requestNumber } = preview;
  if (requestNumber === null) return;
  const change = {
    endCode: end?.reason.code ?? null,
    endParams: end?.reason.params ?? Prisma.DbNull,
    endedAt: end ? new Date() : null,
    isReclaimed: end?.isReclaimed ?? false,
    dueAt: new Date(),
    tries: 0,
    reasonCode: null,
    reasonParams: Prisma.DbNull,
  };
  await tx.previewComment.upsert({
    where: { applicationId_requestNumber: { applicationId, requestNumber } },
    create: { organizationId, applicationId, requestNumber, ...change },
    update: { ...change, version: { increment: 1 } },
  });
}
