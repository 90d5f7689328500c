import type { Caller } from "@/access/caller";
import type { AuditExport, ExportAudit } from "@/features/audit/contract";
import { csvHead, csvLine } from "@/features/audit/csv";
import { readPage } from "@/features/audit/page";

/**
 * A piece of the events that fit as text, newest first: one JSON object a line, or CSV whose first piece has the head.
 * @throws Fault `forbidden` reason `instance_admin_only`
 */
export async function exportAudit(caller: Caller, input: ExportAudit): Promise<AuditExport> {
  const { items, nextCursor } = await readPage(caller, input, input);
  const isCsv = input.format === "csv";
  const head = isCsv && !input.cursor ? csvHead : "";
  const lines = items.map((event) => (isCsv ? csvLine(event) : `${JSON.stringify(event)}\n`));
  const contentType = isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  return { text: head + lines.join(""), contentType, count: items.length, nextCursor };
}
