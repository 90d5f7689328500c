import { all } from "@/features/audit/all";
import {
  AllAuditEvents,
  AuditEventList,
  AuditExport,
  AuditVerdict,
  ExportAudit,
  VerifyAudit,
} from "@/features/audit/contract";
import { exportAudit } from "@/features/audit/export";
import { verify } from "@/features/audit/verify";
import { may, router } from "@/rpc/procedure";

export const auditRouter = router({
  all: may("audit:read", { summary: "Who did what, newest first" })
    .input(AllAuditEvents)
    .output(AuditEventList)
    .query(({ ctx, input }) => all(ctx.who, input)),

  verify: may("audit:read", { summary: "Whether the sealed audit is as it was written" })
    .input(VerifyAudit)
    .output(AuditVerdict)
    .query(({ ctx, input }) => verify(input, ctx.who.instanceAdmin ? null : ctx.who.organizationId)),

  export: may("audit:read", { summary: "The audit as NDJSON or CSV, piece by piece" })
    .input(ExportAudit)
    .output(AuditExport)
    .query(({ ctx, input }) => exportAudit(ctx.who, input)),
});
