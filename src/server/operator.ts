import { AuditContext, auditMutation } from "@/access/audit-context";
import { asFault } from "@/lib/fault";
import { newId } from "@/lib/id";

/**
 * Run a command of the operator and audit it: in the transaction that it commits, or by a record of its own where it
 * changes no rows.
 */
export async function asOperator(action: string, work: () => Promise<void>): Promise<void> {
  const origin = { requestId: newId(), address: "console", userAgent: "" };
  const actor = { organizationId: null, userId: null, apiKeyId: null, name: "operator" };
  const audit = new AuditContext(action, origin, async () => actor);
  try {
    await auditMutation(audit, work);
  } catch (error) {
    await audit.close("failed", asFault(error).code);
    throw error;
  }
  if (!audit.recorded) await audit.close("ok");
}
