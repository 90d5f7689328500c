import { z } from "zod";
import { db } from "@/db/client";
import type { SealedVariable } from "@/features/deployment/run/variables";

/** As much of the rules of previews as says where their variables come from. */
const Rules = z.object({ variablesFrom: z.string() });

interface Place {
  organizationId: string;
  applicationId: string;
}

/**
 * The variables that previews take over from the environment that the rules of their application name. The caller has
 * made sure that the code is not of a stranger.
 * @param previews the stored rules
 */
export async function previewVariables(
  { organizationId, applicationId }: Place,
  previews: unknown,
): Promise<SealedVariable[]> {
  const environmentId = Rules.safeParse(previews).data?.variablesFrom;
  if (!environmentId) return [];
  return db().environmentVariable.findMany({
    where: { organizationId, environmentId, environment: { applicationId, kind: "standing" } },
  });
}
