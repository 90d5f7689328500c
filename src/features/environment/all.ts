import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { AllEnvironments, Environment } from "@/features/environment/contract";
import { toEnvironment, withCurrent } from "@/features/environment/public";
import { Fault } from "@/lib/fault";

/** The environments of an application that are always there, production first; previews are in `preview.all`. @throws Fault `not_found` */
export async function all(
  { organizationId }: Caller,
  input: AllEnvironments,
): Promise<{ items: Environment[]; nextCursor: null }> {
  const applicationId = input.applicationId.replaceAll("\0", "");
  const rows = await db().environment.findMany({
    where: { applicationId, organizationId, kind: "standing" },
    include: withCurrent,
    orderBy: [{ createdAt: "asc" }, { environmentId: "asc" }],
  });
  // Every application has an environment, so none means that the application does not exist or belongs to others.
  if (rows.length === 0) {
    throw new Fault("not_found", { code: "not_found", params: { what: "application" } });
  }
  return { items: rows.map(toEnvironment), nextCursor: null };
}
