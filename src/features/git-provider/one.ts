import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { credentialPage } from "@/features/git-provider/client/credential-page";
import type { GitProviderDetail, OneGitProvider } from "@/features/git-provider/contract";
import { toPublic } from "@/features/git-provider/public";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { pendingKeyOf } from "@/features/git-provider/rotation/pending-key";
import { previousCredentialOf } from "@/features/git-provider/rotation/previous-credential";
import { Report } from "@/providers/connection/report";
import { authoritiesIn, caField } from "@/providers/kit/ca-certificate";

/** A provider with the report of its last test and whom it is shared with. @throws Fault `not_found` */
export async function one(caller: Caller, { gitProviderId }: OneGitProvider): Promise<GitProviderDetail> {
  const row = await readProvider(viewerOf(caller), gitProviderId);
  const stored = await db().gitProvider.findUnique({ where: { gitProviderId }, select });
  const members = row.access === "manage" ? (stored?.members ?? []) : [];
  return {
    ...toPublic(row),
    report: reportIn(stored?.health),
    applicationId: row.applicationId,
    previousCredential: row.access === "manage" ? await previousCredentialOf(row) : null,
    pendingKey: row.access === "manage" ? await pendingKeyOf(row) : null,
    credentialPage: credentialPage(row),
    authorities: authoritiesIn(String(row.fields[caField] ?? "")),
    members: members.map(({ memberId, access }) => ({
      memberId,
      access: access === "manage" ? access : "use",
    })),
  };
}

const select = {
  health: true,
  members: { select: { memberId: true, access: true }, orderBy: { memberId: "asc" } },
} as const;

function reportIn(health: unknown): Report | null {
  if (typeof health !== "object" || health === null || !("report" in health)) return null;
  // A report stored by another version that no longer parses is ignored.
  return Report.safeParse(health.report).data ?? null;
}
