import { setTargetName } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { Preview } from "@/features/preview/contract";
import { type PreviewRow, toPreview, withLatest } from "@/features/preview/public";
import { Fault } from "@/lib/fault";

type Of = Pick<Caller, "organizationId">;

/** The caller's preview. @throws Fault `not_found`, the same for foreign and made-up ids and for other environments */
export async function findPreview({ organizationId }: Of, environmentId: string): Promise<PreviewRow> {
  const where = { environmentId: environmentId.replaceAll("\0", ""), organizationId, kind: "preview" };
  const row = await db().environment.findFirst({ where, include: withLatest });
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "preview" } });
  setTargetName("environment", [row.environmentId], row.name);
  return row;
}

/** A preview as the API shows it. @throws Fault `not_found` */
export async function shownPreview(of: Of, environmentId: string): Promise<Preview> {
  const row = await findPreview(of, environmentId);
  const { applicationId, requestNumber } = row;
  const comment =
    requestNumber === null
      ? null
      : await db().previewComment.findUnique({
          where: { applicationId_requestNumber: { applicationId, requestNumber } },
        });
  return toPreview(row, comment);
}
