import type { AuditEvent } from "@/features/audit/contract";

const columns: Record<string, (event: AuditEvent) => string | null> = {
  auditEventId: (event) => event.auditEventId,
  at: (event) => event.at,
  organizationId: (event) => event.organizationId,
  userId: (event) => event.userId,
  apiKeyId: (event) => event.apiKeyId,
  actor: (event) => event.actor,
  address: (event) => event.address,
  requestId: (event) => event.requestId,
  action: (event) => event.action,
  result: (event) => event.result,
  fault: (event) => event.fault,
  targetType: ({ target }) => target?.type ?? null,
  targetId: ({ target }) => target?.id ?? null,
  targetName: ({ target }) => target?.name ?? null,
  details: ({ details }) => JSON.stringify(details),
};

/** RFC 4180, with the line end that it asks for. */
export const csvHead = `${Object.keys(columns).join(",")}\r\n`;

/** One event as a line of CSV. */
export function csvLine(event: AuditEvent): string {
  const cells = Object.values(columns).map((read) => csvCell(read(event) ?? ""));
  return `${cells.join(",")}\r\n`;
}

/**
 * A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe. Names are chosen by people
 * and hosts, and an export is opened by an administrator.
 */
export function csvCell(text: string): string {
  const harmless = /^[\s\p{Cc}]*[=+\-@|]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n;\t]/.test(harmless) || harmless !== text ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
