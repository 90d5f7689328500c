import type { Caller } from "@/access/caller";
import type { Application, OneApplication } from "@/features/application/contract";
import { findApplication } from "@/features/application/find";
import { toApplication } from "@/features/application/public";

/** One application with its environments. @throws Fault `not_found` */
export async function one(caller: Caller, { applicationId }: OneApplication): Promise<Application> {
  return toApplication(await findApplication(caller, applicationId));
}
