import type { Caller } from "@/access/caller";
import type { DeploymentLogs, LogPage } from "@/features/deployment/contract";
import { findDeployment } from "@/features/deployment/find";
import { lineId, linesAfter } from "@/features/deployment/lines";
import { hasEnded } from "@/features/deployment/status";
import { Fault } from "@/lib/fault";

/**
 * A page of the log. While the deployment runs there is always a next cursor, to poll for further lines.
 * @throws Fault `not_found` | `invalid_input` reason `cursor_invalid`
 */
export async function logs(caller: Caller, input: DeploymentLogs): Promise<LogPage> {
  const { deploymentId, cursor, limit } = input;
  if (cursor && !/^\d{1,18}$/.test(cursor)) throw new Fault("invalid_input", { code: "cursor_invalid" });
  // The status is read before the lines, so that no line can be missed: none is written after the end.
  const ended = hasEnded(await findDeployment(caller, deploymentId));
  const lines = await linesAfter(deploymentId, lineId(cursor), limit + 1);
  const items = lines.slice(0, limit);
  const done = ended && lines.length <= limit;
  return { items, nextCursor: done ? null : (items.at(-1)?.id ?? cursor ?? "0"), done };
}
