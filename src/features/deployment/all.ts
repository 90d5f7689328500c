import { z } from "zod";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { AllDeployments, Deployment } from "@/features/deployment/contract";
import { isWhole, toDeployment, withEnvironment } from "@/features/deployment/public";
import { decodeCursor, encodeCursor } from "@/lib/cursor";

const CursorKey = z.tuple([z.coerce.date(), z.string()]);

export interface DeploymentPage {
  items: Deployment[];
  nextCursor: string | null;
}

/** Deployments, newest first, of one application or environment if named. */
export async function all(caller: Caller, input: AllDeployments): Promise<DeploymentPage> {
  const { organizationId } = caller;
  const filter = filterOf(input);
  const scope = JSON.stringify([organizationId, "deployment.all", filter]);
  const rows = await db().deployment.findMany({
    where: {
      organizationId,
      ...filter,
      ...(input.cursor && before(decodeCursor(scope, input.cursor, CursorKey))),
    },
    include: withEnvironment,
    orderBy: [{ createdAt: "desc" }, { deploymentId: "desc" }],
    take: input.limit + 1,
  });
  const page = rows.slice(0, input.limit);
  const last = rows.length > input.limit ? page.at(-1) : undefined;
  return {
    items: page.filter(isWhole).map(toDeployment),
    nextCursor: last ? encodeCursor(scope, [last.createdAt, last.deploymentId]) : null,
  };
}

function filterOf({ applicationId, environmentId, status }: AllDeployments) {
  return {
    ...(applicationId && { applicationId: applicationId.replaceAll("\0", "") }),
    ...(environmentId && { environmentId: environmentId.replaceAll("\0", "") }),
    ...(status && { status }),
  };
}

function before([createdAt, deploymentId]: z.infer<typeof CursorKey>) {
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, deploymentId: { lt: deploymentId } }] };
}
