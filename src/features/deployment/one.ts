import type { Caller } from "@/access/caller";
import type { Deployment, OneDeployment } from "@/features/deployment/contract";
import { findDeployment } from "@/features/deployment/find";
import { toDeployment } from "@/features/deployment/public";

/** One deployment with its steps. @throws Fault `not_found` */
export async function one(caller: Caller, { deploymentId }: OneDeployment): Promise<Deployment> {
  return toDeployment(await findDeployment(caller, deploymentId));
}
