import type { Caller } from "@/access/caller";
import { Fault } from "@/lib/fault";

/** Whoever holds the secret of a deploy hook may deploy, so nobody gets one who may not. @throws Fault `forbidden` */
export function assertMayRun({ permissions }: Caller): void {
  const permission = "deployment:run";
  if (!permissions.has(permission))
    throw new Fault("forbidden", { code: "permission_denied", params: { permission } });
}
