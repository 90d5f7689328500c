import { db } from "@/db/client";
import type { DeploymentLog } from "@/db/generated/client";
import { LogLine } from "@/features/deployment/contract";

/** Lines of a log after one of them, oldest first. Ids grow in the order the lines were written. */
export async function linesAfter(deploymentId: string, id: bigint, limit: number): Promise<LogLine[]> {
  const rows = await db().deploymentLog.findMany({
    where: { deploymentId, id: { gt: id } },
    orderBy: { id: "asc" },
    take: limit,
  });
  return rows.map(toLine);
}

function toLine({ id, at, step, stream, text }: DeploymentLog): LogLine {
  return { id: String(id), at: at.toISOString(), step, stream: LogLine.shape.stream.parse(stream), text };
}

/** The id in a cursor or an event id of a client; zero, the beginning, for anything that is not one. */
export function lineId(text: string | null | undefined): bigint {
  return text && /^\d{1,18}$/.test(text) ? BigInt(text) : 0n;
}
