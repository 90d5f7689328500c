import type { Caller } from "@/access/caller";
import type { Db } from "@/db/client";
import type { Source } from "@/features/application/source";
import { insert } from "@/features/git-provider/input/insert";
import { holdInService } from "@/features/git-provider/removal/begin";
import { newId } from "@/lib/id";

/** The provider that an application will use: an existing one, locked against removal, or a new dedicated one. */
export async function providerOfSource(
  tx: Db,
  { organizationId, userId }: Pick<Caller, "organizationId" | "userId">,
  applicationId: string,
  { provider }: Source,
): Promise<string> {
  if ("id" in provider) {
    await holdInService(tx, provider.id);
    return provider.id;
  }
  // A unique suffix: several applications may deploy one repository, and one may replace its dedicated token.
  const name = `${provider.dedicated.name.slice(-70)} (${newId().slice(0, 8)})`;
  return insert(tx, { organizationId, userId, applicationId }, { ...provider.dedicated, name });
}
