import { AuditContext, auditMutation } from "@/access/audit-context";
import { asFault } from "@/lib/fault";
import { newId } from "@/lib/id";

/**
 * Do what whoever runs the instance asked for on its console, and tell the audit: with what it changed, or by itself
 * where it only read or what it does is no transaction.
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
