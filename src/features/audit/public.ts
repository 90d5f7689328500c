import type { AuditEvent as Row } from "@/db/generated/client";
import type { AuditEvent } from "@/features/audit/contract";
import { auditResults } from "@/features/audit/values";

/** An event as the API shows it. */
export function toAuditEvent(row: Row): AuditEvent {
  const { organizationId, userId, apiKeyId, actor, address, requestId, action, fault } = row;
  return {
    auditEventId: String(row.auditEventId),
    at: row.at.toISOString(),
    organizationId,
    userId,
    apiKeyId,
    actor,
    address,
    requestId,
    action,
    result: auditResults.find((each) => each === row.result) ?? "failed",
    fault,
    target: row.targetType === null ? null : { type: row.targetType, id: row.targetId, name: row.targetName },
    details: isPlain(row.details) ? row.details : {},
  };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
