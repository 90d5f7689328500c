import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import type { GitProvider, SetGitProviderVisibility } from "@/features/git-provider/contract";
import { toPublic } from "@/features/git-provider/public";
import { assertManage, assertUsable, viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { Fault } from "@/lib/fault";

/**
 * Share a provider with everyone or with chosen members. A given list of members replaces the previous one; without it
 * the previous one is kept.
 * @throws Fault `not_found` for an unknown provider or member | `forbidden` | `conflict` reason
 *   `provider_of_application`
 */
export async function setVisibility(caller: Caller, input: SetGitProviderVisibility): Promise<GitProvider> {
  const { organizationId } = caller;
  const { gitProviderId, visibility, members } = input;
  const row = await readProvider(viewerOf(caller), gitProviderId);
  assertManage(row);
  if (row.visibility === "application") assertUsable({ ...row, status: "active" });
  await transaction(async (tx) => {
    await tx.gitProvider.updateMany({ where: { organizationId, gitProviderId }, data: { visibility } });
    if (members) await replaceMembers(tx, { organizationId, gitProviderId }, members);
  });
  return toPublic(await readProvider({ ...viewerOf(caller), seesAll: true }, gitProviderId));
}

async function replaceMembers(
  tx: Db,
  of: { organizationId: string; gitProviderId: string },
  members: { memberId: string; access: "use" | "manage" }[],
): Promise<void> {
  const chosen = new Map(members.map((member) => [member.memberId, member.access]));
  const known = { organizationId: of.organizationId, memberId: { in: [...chosen.keys()] } };
  if ((await tx.member.count({ where: known })) < chosen.size) {
    throw new Fault("not_found", { code: "not_found", params: { what: "member" } });
  }
  await tx.gitProviderMember.deleteMany({ where: of });
  const data = [...chosen].map(([memberId, access]) => ({ ...of, memberId, access }));
  await tx.gitProviderMember.createMany({ data });
}
