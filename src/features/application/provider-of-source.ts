import type { Caller } from "@/access/caller";
import type { Db } from "@/db/client";
import type { Source } from "@/features/application/source";
import { insert } from "@/features/git-provider/input/insert";
import { holdInService } from "@/features/git-provider/removal/mark";
import { newId } from "@/lib/id";

/** The provider an application is going to use: kept in service, or made for it alone. The application refers to it. */
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
  // Several applications may deploy one repository, and one may get a second token for its own: no name meets another.
  const name = `${provider.dedicated.name.slice(-70)} (${newId().slice(0, 8)})`;
  return insert(tx, { organizationId, userId, applicationId }, { ...provider.dedicated, name });
}
